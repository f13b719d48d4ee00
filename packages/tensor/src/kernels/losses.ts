import type { LossName } from '../losses/named.js';
import type { PointwiseLoss } from '../losses/pointwiseLoss.js';
import type { Numbers } from '../numberOption.js';
import type { Labels, Tensor } from '../tensor.js';
import type { Run, Sink } from './run.js';

/** Losses of each row and their gradients. */
export interface LossKernels {
  /**
   * losses ← Σ over a row of the loss's term. A loss of the table is named; another is given itself, and runs as a plain
   * loop.
   *
   * @param options numbers that shape it; those left out are the loss's own
   * @throws {OptionError} on an option that it does not have, or that it does not accept.
   */
  pointwiseLoss(
    loss: LossName | PointwiseLoss,
    output: Tensor,
    targets: Tensor,
    losses: Tensor,
    options?: Numbers,
  ): Run;
  /** sink ← factor · the slope of the loss's term. */
  pointwiseLossGradient(
    loss: LossName | PointwiseLoss,
    output: Tensor,
    targets: Tensor,
    sink: Sink,
    factor: number,
    options?: Numbers,
  ): Run;

  /** losses ← −log softmax(logits)[label] per row, and the probabilities, which the gradient wants. */
  softmaxCrossEntropy(logits: Tensor, labels: Labels, probabilities: Tensor, losses: Tensor): Run;
  /** sink ← factor · (probabilities − e(label)). */
  softmaxCrossEntropyGradient(probabilities: Tensor, labels: Labels, sink: Sink, factor: number): Run;
  /** losses ← −log probabilities[label] per row; infinite where 1/probabilities[label], the gradient, overflows. */
  negativeLogLikelihood(probabilities: Tensor, labels: Labels, losses: Tensor): Run;
  /** sink ← −factor · e(label) / probabilities[label]. */
  negativeLogLikelihoodGradient(probabilities: Tensor, labels: Labels, sink: Sink, factor: number): Run;
}
