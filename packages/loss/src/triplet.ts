import type { Loss } from '@fluxion/graph';
import { OptionError, type Tensor } from '@fluxion/tensor';
import { expectVector } from './expectVector.js';

/** Options of triplet. */
export interface TripletOptions {
  /** How much farther than the farthest of its own label the nearest of another has to be, from 0. Default 1. */
  readonly margin?: number;
}

/**
 * Triplet loss with the hardest triplets of the minibatch: l_i = max(0, margin + d(z_i, z_p) − d(z_i, z_n)), with d the Euclidean
 * distance, p the farthest other example of the same label and n the nearest of another. What belongs together comes to lie together.
 *
 * Shapes   output z [batch, units], labels [batch], whole numbers from 0, losses [batch]
 * bprop    dz_i = ((z_i − z_p) / d(z_i, z_p) − (z_i − z_n) / d(z_i, z_n)) / batch where l_i > 0, and the opposite parts to z_p and
 *          z_n; 0 between examples in one place
 *
 * A loss depends on the others of its minibatch, and is 0 where no other has its label, or all have: train with a batchSize.
 *
 * @throws {OptionError} when the margin is negative or not finite; {ShapeError} when an example of the output is not a vector.
 * @see Schroff, Kalenichenko, Philbin, "FaceNet", CVPR 2015, equation 3; the hardest ones: Hermans, Beyer, Leibe, "In defense of the
 *   triplet loss for person re-identification", arXiv 1703.07737, 2017, equation 5.
 * @example
 * const loss = triplet({ margin: 0.2 });
 */
export function triplet({ margin = 1 }: TripletOptions = {}): Loss<'labels'> {
  if (!(margin >= 0 && margin < Number.POSITIVE_INFINITY)) {
    throw new OptionError(`triplet margin: expected a number from 0, got ${margin}; give one, as 1`);
  }
  return margin === 1 ? usual : make(margin);
}

function make(margin: number): Loss<'labels'> {
  return Object.freeze<Loss<'labels'>>({
    kind: 'triplet',
    targets: 'labels',
    link: 'identity',
    mixesExamples: true,
    labelBound: () => 2 ** 31,
    expectOutput: expectVector,
    workspace: () => ({ picks: [2] }),
    fprop: ({ kernels, output, targets, losses, workspace }) => [
      kernels.hardestTriplets(output, targets, margin, losses, workspace.picks as Tensor),
    ],
    bprop: ({ kernels, output, weights, workspace, dOutput, factor }) => [
      kernels.hardestTripletsGradient(output, workspace.picks as Tensor, weights, dOutput, factor),
    ],
  });
}

// One object, so that the same loss is the same objective.
const usual = make(1);
