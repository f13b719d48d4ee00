import type { Loss } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { lossOfRows } from './lossOfRows.js';

/**
 * Kullback–Leibler divergence of softmax from given probabilities, from logits: l = Σ_k t_k (log t_k − log softmax(z)_k). As
 * targets come what another model thinks (distillation), or labels that people do not agree on.
 *
 * Shapes   logits and targets [batch, classes], losses [batch]; of sequences [batch, length, classes], the mean over the steps
 * bprop    dLogits = (softmax(logits) − targets) / batch
 *
 * @throws {ShapeError} when an example of the output is neither a vector nor a sequence of vectors; {DataError} by its passes,
 *   with the row, on targets below 0 or whose sum is not 1.
 * @see Kullback and Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22, 1951; Hinton, Vinyals, Dean,
 *   "Distilling the knowledge in a neural network", arXiv 1503.02531, 2015.
 * @example
 * const loss = klDivergence();
 */
export function klDivergence(): Loss<'values'> {
  return loss;
}

/** How far from 1 the rounding of float32 leaves a sum. */
const NEAR = 1e-4;

function refusal(targets: ArrayLike<number>, start: number, end: number): string | undefined {
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = start; i < end; i++) {
    sum += targets[i] as number;
    least = Math.min(least, targets[i] as number);
  }
  if (least >= 0 && Math.abs(sum - 1) < NEAR) return undefined;
  return `expected probabilities, from 0 and with the sum 1, got ${least < 0 ? `${least}` : `the sum ${sum}`}; divide them by their sum, or use squaredError()`;
}

// One object, so that the same loss is the same objective.
const loss = lossOfRows<'values'>({
  kind: 'klDivergence',
  targets: 'values',
  link: 'softmax',
  fix: 'end the graph with linear(number of classes)',
  refusal,
  workspace: (classes) => ({ probabilities: [classes] }),
  value: ({ kernels, output, targets, workspace }, losses) => [
    kernels.softmax(output, workspace.probabilities as Tensor),
    kernels.softmaxDivergence(output, targets, losses),
  ],
  // The difference of probabilities and targets is the slope of their squared error.
  slope: ({ kernels, targets, workspace }, dOutput, factor) => [
    kernels.pointwiseLossGradient(
      'squaredError',
      workspace.probabilities as Tensor,
      targets,
      dOutput,
      factor,
    ),
  ],
});
