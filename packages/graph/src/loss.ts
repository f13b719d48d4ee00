import type { Kernels, Labels, Shape, Sink, Tensor } from '@fluxion/tensor';
import type { Runs } from './box.js';
import type { Link } from './link.js';

/** What targets a loss compares with: class indices [batch], or values of the output's own shape. */
export type TargetKind = 'labels' | 'values';

/** What a loss's kernels are bound to in one pass. */
export interface LossCells<T extends TargetKind = TargetKind> {
  readonly kernels: Kernels;
  /** The box that the loss measures, [batch, ...shape]. */
  readonly output: Tensor;
  readonly targets: T extends 'labels' ? Labels : Tensor;
  /** One loss per example, [batch]. */
  readonly losses: Tensor;
  readonly workspace: Readonly<Record<string, Tensor>>;
}

/** What a loss's bprop is bound to besides. */
export interface LossBackwardCells<T extends TargetKind = TargetKind> extends LossCells<T> {
  /** Where to leave the gradient of the mean loss. */
  readonly dOutput: Sink;
  /** 1 / batch: the loss, and nothing else, divides by the batch size. */
  readonly factor: number;
}

/**
 * A loss: a box whose children are an output of the graph and the targets, and whose value is one number per example,
 * averaged at the end.
 */
export interface Loss<T extends TargetKind = TargetKind> {
  readonly kind: string;
  readonly targets: T;
  /** What makes probabilities of the output it takes: softmax or sigmoid of logits; none where it is one already. */
  readonly link: Link;
  /** Shapes, for one example, of cells that fprop leaves for bprop. */
  workspace?(outputShape: Shape): Readonly<Record<string, Shape>>;
  /** @throws {ShapeError} when the loss cannot take an output of this shape (of one example). */
  expectOutput?(outputShape: Shape, where: string): void;
  /**
   * Looks at targets that are values, row-major [batch, ...outputShape], before each pass.
   *
   * @throws {DataError} with the row of the minibatch, when the loss cannot take one of them.
   */
  expectTargets?(targets: ArrayLike<number>, outputShape: Shape): void;
  fprop(cells: LossCells<T>): Runs;
  bprop(cells: LossBackwardCells<T>): Runs;
}
