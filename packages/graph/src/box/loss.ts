import type { Kernels, Labels, Shape, Sink, Tensor } from '@fluxion/tensor';
import type { Runs } from './boxCells.js';

/** What makes probabilities of an output: softmax or sigmoid of logits, or nothing where it is not made of logits. */
export type Link = 'softmax' | 'sigmoid' | 'identity';

/** What a loss may compare with: class indices [batch, ...], or values of the output's own shape. */
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
  /** The mask [batch, length] that the output carries, if any: 1 for steps that count, 0 for padding. */
  readonly mask: Tensor | undefined;
  /** One loss per example, [batch]. */
  readonly losses: Tensor;
  /** What each example counts in the run under way, [batch]. Only a loss that mixes examples has to look. */
  readonly weights: Float64Array;
  /**
   * What each step of a sequence counts in the run under way, by its own weight and that of its class, [batch, length]; there for
   * a loss that weighs steps, whose output is a sequence.
   */
  readonly stepWeights: Tensor | undefined;
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
  /** Whether it takes an output that carries a mask, and leaves out what is padding. */
  readonly masked?: boolean;
  /** Whether it multiplies the loss of each step of a sequence, an output [length, units], by the step's weight. */
  readonly weighsSteps?: boolean;
  /** Shape, for one example, of labels where there is more than one: [length] for a sequence. Default []. */
  labelShape?(outputShape: Shape): Shape;
  /** Labels are below it. Default the length of the last axis of the output: one class for each. */
  labelBound?(outputShape: Shape): number;
  /**
   * Whether an example's loss depends on the others of the minibatch. Its bprop then multiplies each loss by its weight itself.
   */
  readonly mixesExamples?: boolean;
  /** What the whole loss counts beside those of other outputs. Default 1. */
  readonly weight?: number;
  /**
   * What an example counts, or a step of a sequence, by its class: the label, or the one value of its targets, 0 or 1, between
   * which weights are mixed. Default 1 for each.
   */
  readonly classWeights?: readonly number[];
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
   * @param mask of the output, row-major [batch, length]: what it leaves out counts nothing
   * @throws {DataError} with the row of the minibatch, when the loss cannot take one of them.
   */
  expectTargets?(targets: ArrayLike<number>, outputShape: Shape, mask?: ArrayLike<number>): void;
  fprop(cells: LossCells<T>): Runs;
  bprop(cells: LossBackwardCells<T>): Runs;
}
