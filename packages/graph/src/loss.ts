import type { Kernels, Labels, Shape, Sink, Tensor } from '@fluxion/tensor';
import type { Runs } from './box.js';
import type { Link } from './link.js';

/** What a loss may compare with: class indices [batch], or values of the output's own shape. */
interface Targets {
  readonly labels: Labels;
  readonly values: Tensor;
}

/** What a loss's kernels are bound to in one pass. */
export interface LossCells<T extends keyof Targets = keyof Targets> {
  readonly kernels: Kernels;
  /** The box that the loss measures, [batch, ...shape]. */
  readonly output: Tensor;
  readonly targets: Targets[T];
  /** One loss per example, [batch]. */
  readonly losses: Tensor;
  readonly workspace: Readonly<Record<string, Tensor>>;
}

/** What a loss's bprop is bound to besides. */
export interface LossBackwardCells<T extends keyof Targets = keyof Targets> extends LossCells<T> {
  /** Where to leave the gradient of the mean loss. */
  readonly dOutput: Sink;
  /** 1 / batch: the loss, and nothing else, divides by the batch size. */
  readonly factor: number;
}

/**
 * A loss: a box whose children are an output of the graph and the targets, and whose value is one number per example,
 * averaged at the end.
 */
export interface Loss<T extends keyof Targets = keyof Targets> {
  readonly kind: string;
  readonly targets: T;
  /** What makes probabilities of the output it takes: softmax or sigmoid of logits; none where it is one already. */
  readonly link: Link;
  /** Shapes, for one example, of cells that fprop leaves for bprop. */
  workspace?(outputShape: Shape): Readonly<Record<string, Shape>>;
  /** @throws {ShapeError} when the loss cannot take an output of this shape (of one example). */
  expectOutput?(outputShape: Shape, where: string): void;
  /**
   * Looks at the output, row-major [batch, ...outputShape], before each pass.
   *
   * @throws {OptionError} when it cannot be what the loss takes, as a probability above 1.
   */
  expectValues?(output: ArrayLike<number>, where: string): void;
  /**
   * Looks at targets that are values, row-major [batch, ...outputShape], before each pass.
   *
   * @throws {DataError} with the row of the minibatch, when the loss cannot take one of them.
   */
  expectTargets?(targets: ArrayLike<number>, outputShape: Shape): void;
  fprop(cells: LossCells<T>): Runs;
  bprop(cells: LossBackwardCells<T>): Runs;
}
