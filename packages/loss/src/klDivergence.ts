import type { Loss } from '@fluxion/graph';
import { DataError, type Shape, sizeOf, type Tensor, type Term } from '@fluxion/tensor';
import { lossOfVectors } from './lossOfVectors.js';

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

function expectDistributions(targets: ArrayLike<number>, outputShape: Shape): void {
  const classes = outputShape.at(-1) as number;
  for (let start = 0; start < targets.length; start += classes) {
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = start; i < start + classes; i++) {
      sum += targets[i] as number;
      least = Math.min(least, targets[i] as number);
    }
    if (least >= 0 && Math.abs(sum - 1) < NEAR) continue;
    throw new DataError(
      `target: expected probabilities, from 0 and with the sum 1, got ${least < 0 ? `${least}` : `the sum ${sum}`}; divide them by their sum, or use squaredError()`,
      { row: Math.floor(start / sizeOf(outputShape)) },
    );
  }
}

/** Of probabilities and targets; its value is not used. */
const difference: Term = { value: (p, t) => p - t, slope: (p, t) => p - t };

// One object, so that the same loss is the same objective.
const loss = lossOfVectors({
  kind: 'klDivergence',
  link: 'softmax',
  expectTargets: expectDistributions,
  workspace: (classes) => ({ probabilities: [classes] }),
  value: ({ kernels, output, targets, workspace }, losses) => [
    kernels.softmax(output, workspace.probabilities as Tensor),
    kernels.softmaxDivergence(output, targets, losses),
  ],
  slope: ({ kernels, targets, workspace }, dOutput, factor) => [
    kernels.termSlopes(difference, workspace.probabilities as Tensor, targets, dOutput, factor),
  ],
});
