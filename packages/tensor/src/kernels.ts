import type { Arena } from './arena.js';
import type { ElementwiseName } from './elementwise.js';
import type { Gradient, Penalty } from './gradient.js';
import type { Measure, Run, Sink, UpdateRun } from './kernels/run.js';
import type { LoopKernels } from './loops/loopKernels.js';
import type { Labels, Tensor } from './tensor.js';

export type { Measure, Run, Sink, UpdateRun };

/** Momentum of SGD: v ← momentum·v + g; θ ← θ − α·v, or θ ← θ − α·(g + momentum·v) with Nesterov's. */
export interface MomentumOptions {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** Decay rates of Adam's two moments, and the term that keeps its quotient finite. */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Names of the implementations. */
export type KernelsName = 'reference' | 'wasm' | 'wasm-relaxed' | 'wasm-2-threads' | 'blas';

/**
 * All arithmetic on tensors, behind one interface. A kernel is *bound* to its tensors once, and answers the function
 * that computes: what can be decided from shapes and strides is decided then, so a step of training is a list of calls
 * without arguments. Boxes bind kernels; they never index arrays.
 *
 * Tensors passed in are cells of this arena. Shapes have been checked by the caller.
 */
export interface Kernels extends LoopKernels {
  readonly name: KernelsName;
  readonly arena: Arena;

  /** sink ← factor·source, of the same shape; both may be strided views. */
  copy(source: Tensor, sink: Sink, factor?: number): Run;
  /** sink ← a ⊙ b, all of one shape. */
  multiply(a: Tensor, b: Tensor, sink: Sink): Run;
  /** tensor ← factor·tensor, the factor given at each call. */
  scale(tensor: Tensor): (factor: number) => void;
  /**
   * output ← factor·bytes, for the elements from `start` to `end` that each call names. The output is contiguous; the
   * bytes lie in memory of a tensor of this arena, one for each number.
   */
  scaleBytes(bytes: Uint8Array, output: Tensor, factor: number): (start: number, end: number) => void;
  /** Σ tensor². */
  sumSquares(tensor: Tensor): Measure;

  /** output ← input · weight + bias: [batch, fanIn] · [fanIn, fanOut] + [fanOut]. */
  affine(input: Tensor, weight: Tensor, bias: Tensor, output: Tensor): Run;
  /**
   * sink ← factor · a · b: [m, k] · [k, n]. A transposed operand is a transposed view. Here and in `affine`, factors of `a`
   * or `input` that are 0 may be left out: 0·∞ and 0·NaN are then 0, and −0 may stay what would have become 0.
   */
  matmul(a: Tensor, b: Tensor, sink: Sink, factor?: number): Run;
  /** sink ← Σ over the rows: [rows, columns] to [columns]. */
  sumRows(matrix: Tensor, sink: Sink): Run;

  /** output ← f(input), element by element. */
  elementwise(name: ElementwiseName, input: Tensor, output: Tensor): Run;
  /** sink ← dOutput ⊙ f′(input), where output = f(input). */
  elementwiseGradient(name: ElementwiseName, input: Tensor, output: Tensor, dOutput: Tensor, sink: Sink): Run;

  /** output ← softmax of each row: eˣ⁻ᵐ / Σ eˣ⁻ᵐ with m the row's largest. */
  softmax(input: Tensor, output: Tensor): Run;
  /** sink ← output ⊙ (dOutput − Σ output ⊙ dOutput), row by row: softmax's true Jacobian. */
  softmaxGradient(output: Tensor, dOutput: Tensor, sink: Sink): Run;

  /** losses ← −log softmax(logits)[label] per row, and the probabilities, which the gradient wants. */
  softmaxCrossEntropy(logits: Tensor, labels: Labels, probabilities: Tensor, losses: Tensor): Run;
  /** sink ← factor · (probabilities − e(label)). */
  softmaxCrossEntropyGradient(probabilities: Tensor, labels: Labels, sink: Sink, factor: number): Run;
  /** losses ← −log probabilities[label] per row; infinite where 1/probabilities[label], the gradient, overflows. */
  negativeLogLikelihood(probabilities: Tensor, labels: Labels, losses: Tensor): Run;
  /** sink ← −factor · e(label) / probabilities[label]. */
  negativeLogLikelihoodGradient(probabilities: Tensor, labels: Labels, sink: Sink, factor: number): Run;
  /** losses ← Σ over a row of log(1 + eᶻ) − t·z, for logits z and targets t. */
  binaryCrossEntropy(logits: Tensor, targets: Tensor, losses: Tensor): Run;
  /** sink ← factor · (σ(z) − t). */
  binaryCrossEntropyGradient(logits: Tensor, targets: Tensor, sink: Sink, factor: number): Run;
  /** losses ← ½ Σ over a row of (output − target)². */
  squaredError(output: Tensor, targets: Tensor, losses: Tensor): Run;
  /** sink ← factor · (output − target). */
  squaredErrorGradient(output: Tensor, targets: Tensor, sink: Sink, factor: number): Run;
  /** Mean of the elements; NaN where there are none. */
  mean(tensor: Tensor): Measure;

  /** Ω(value). */
  penalty(value: Tensor, penalty: Penalty): Measure;
  /** sink ← factor·gradient + ∇Ω(value): the gradient written out. */
  writeGradient(value: Tensor, gradient: Gradient, penalty: Penalty, sink: Sink, factor?: number): Run;

  /**
   * value ← value − α·(gradient + ∇Ω(value)), the gradient in whichever form it has.
   *
   * @param shrinkage a cell of one number, 0 at first, where what l2 takes off every weight may be kept until it is
   *   worth a pass over all of them: 2⁻¹⁶ of a weight. Without it, each update applies its own.
   */
  sgd(value: Tensor, gradient: Gradient, penalty: Penalty, shrinkage?: Tensor): UpdateRun;
  /** The same with momentum; velocity has the value's shape. */
  sgdMomentum(
    value: Tensor,
    gradient: Gradient,
    penalty: Penalty,
    velocity: Tensor,
    options: MomentumOptions,
  ): UpdateRun;
  /** Adam on gradient + ∇Ω(value); both moments have the value's shape. */
  adam(
    value: Tensor,
    gradient: Gradient,
    penalty: Penalty,
    moment1: Tensor,
    moment2: Tensor,
    options: AdamOptions,
  ): UpdateRun;
}
