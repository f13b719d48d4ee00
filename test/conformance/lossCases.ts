import type { BoxDescription } from '@fluxion/graph';
import { linear, softmax, tanh } from '@fluxion/layers';
import { type Labels, labels, random, type Shape, type Tensor, tensor } from '@fluxion/tensor';

/** How the suite exercises one loss. */
export interface LossCase {
  /** The boxes below it, which end in an output that it takes. */
  readonly chain: readonly BoxDescription[];
  /** Targets of a batch. */
  targets(batch: number, seed: number): Tensor | Labels;
  /** Targets that fit no batch of this output. */
  readonly refusedTargets: Tensor | Labels;
  /** Shapes of an output that it refuses. */
  readonly refused: readonly Shape[];
}

const units = 4;

const classes = (batch: number, seed: number): Labels => {
  const numbers = random(seed, 'classes');
  return labels(Array.from({ length: batch }, (_, i) => numbers.integer(i, units)));
};

const numbersFrom =
  (low: number, high: number) =>
  (batch: number, seed: number): Tensor => {
    const numbers = random(seed, 'values');
    const values = Array.from({ length: batch * units }, (_, i) => low + (high - low) * numbers.uniform(i));
    return tensor(values, [batch, units]);
  };

const chain = [linear(3), tanh(), linear(units)];

const signs = (batch: number, seed: number): Tensor => {
  const numbers = random(seed, 'signs');
  const values = Array.from({ length: batch * units }, (_, i) => 2 * numbers.integer(i, 2) - 1);
  return tensor(values, [batch, units]);
};

const distributions = (batch: number, seed: number): Tensor => {
  const shares = [...numbersFrom(0.1, 1)(batch, seed).data];
  const sums = Array.from({ length: batch }, (_, row) =>
    shares.slice(row * units, (row + 1) * units).reduce((sum, share) => sum + share, 0),
  );
  return tensor(
    shares.map((share, i) => share / sums[Math.floor(i / units)]),
    [batch, units],
  );
};

/** A loss that is a sum of terms, of vectors or of sequences of them. */
const termCase = (targets: LossCase['targets']): LossCase => ({
  chain,
  targets,
  refusedTargets: tensor(new Float64Array(units + 1), [1, units + 1]),
  refused: [[], [2, 3, 4]],
});

/** A case for every loss in the registry; the suite fails on one without. */
export const lossCases: Readonly<Record<string, LossCase>> = {
  softmaxCrossEntropy: {
    chain,
    targets: classes,
    refusedTargets: tensor(new Float64Array(units), [1, units]),
    refused: [[], [2, 3, 4]],
  },
  focalCrossEntropy: {
    chain,
    targets: classes,
    refusedTargets: tensor(new Float64Array(units), [1, units]),
    refused: [[], [2, 3, 4]],
  },
  negativeLogLikelihood: {
    chain: [...chain, softmax()],
    targets: classes,
    refusedTargets: tensor(new Float64Array(units), [1, units]),
    refused: [[], [2, 3, 4]],
  },
  binaryCrossEntropy: {
    chain,
    targets: numbersFrom(0, 1),
    refusedTargets: labels([1]),
    refused: [[], [2, 3, 4]],
  },
  squaredError: termCase(numbersFrom(-2, 2)),
  absoluteError: termCase(numbersFrom(-2, 2)),
  huber: termCase(numbersFrom(-2, 2)),
  quantileError: termCase(numbersFrom(-2, 2)),
  hinge: termCase(signs),
  poisson: termCase(numbersFrom(0, 1)),
  klDivergence: termCase(distributions),
  cosineError: termCase(numbersFrom(-2, 2)),
  inBatchSoftmax: {
    chain,
    targets: classes,
    refusedTargets: tensor(new Float64Array(units), [1, units]),
    refused: [[], [2, 3]],
  },
  triplet: {
    // Where all points move alike no distance changes: a bias on top has no gradient.
    chain: [...chain, tanh()],
    targets: (batch) => labels(Array.from({ length: batch }, (_, i) => i % 2)),
    refusedTargets: tensor(new Float64Array(units), [1, units]),
    refused: [[], [2, 3]],
  },
};
