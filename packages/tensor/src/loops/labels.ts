import type { Run } from '../kernels/run.js';
import type { Labels, Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/**
 * counts ← 1 for each label that is one and that the mask, where there is one, does not leave out, else 0; and labels of −1,
 * which are none, become 0.
 */
export function countLabels(labels: Labels, mask: Tensor | undefined, counts: Tensor): Run {
  const [classes, counted] = [numbersOf('countLabels', labels), numbersOf('countLabels', counts)];
  const kept = mask && numbersOf('countLabels', mask);
  return () => {
    for (let i = 0; i < classes.length; i++) {
      const isNone = (classes[i] as number) < 0;
      counted[i] = isNone || kept?.[i] === 0 ? 0 : 1;
      if (isNone) classes[i] = 0;
    }
  };
}

/** losses ← losses + ε (z[label] − mean z) for each row of logits z: what smoothing the labels by ε adds to −log softmax(z)[label]. */
export function smoothLabels(logits: Tensor, labels: Labels, epsilon: number, losses: Tensor): Run {
  const [z, sums] = [numbersOf('smoothLabels', logits), numbersOf('smoothLabels', losses)];
  const classes = numbersOf('smoothLabels', labels);
  const columns = logits.shape[1] as number;
  return () => {
    for (let row = 0; row < classes.length; row++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += z[row * columns + j] as number;
      const own = z[row * columns + (classes[row] as number)] as number;
      sums[row] = (sums[row] as number) + epsilon * (own - sum / columns);
    }
  };
}

/** dLogits ← dLogits + share (e(label) − 1/classes) for each row: the gradient of `smoothLabels`, share being ε times the factor. */
export function smoothLabelsGradient(labels: Labels, share: number, dLogits: Tensor): Run {
  const dz = numbersOf('smoothLabelsGradient', dLogits);
  const classes = numbersOf('smoothLabelsGradient', labels);
  const columns = dLogits.shape[1] as number;
  return () => {
    for (let row = 0; row < classes.length; row++) {
      for (let at = row * columns; at < (row + 1) * columns; at++) {
        dz[at] = (dz[at] as number) - share / columns;
      }
      const own = row * columns + (classes[row] as number);
      dz[own] = (dz[own] as number) + share;
    }
  };
}

/**
 * losses ← (1 − p)^γ losses for each row, p being the probability of its label and the losses −log p; and factors ← by what
 * the gradient of −log p is multiplied: (1 − p)^γ − γ p (1 − p)^(γ−1) log p.
 */
export function focusLosses(
  probabilities: Tensor,
  labels: Labels,
  gamma: number,
  losses: Tensor,
  factors: Tensor,
): Run {
  const [p, sums, scales] = [probabilities, losses, factors].map((view) =>
    numbersOf('focusLosses', view),
  ) as [Floats, Floats, Floats];
  const classes = numbersOf('focusLosses', labels);
  const columns = probabilities.shape[1] as number;
  return () => {
    for (let row = 0; row < classes.length; row++) {
      const own = p[row * columns + (classes[row] as number)] as number;
      const loss = sums[row] as number;
      const rest = Math.max(1 - own, 0);
      const weight = rest ** gamma;
      const slope = rest === 0 || gamma === 0 ? 0 : gamma * own * rest ** (gamma - 1) * loss;
      scales[row] = weight + slope;
      sums[row] = weight * loss;
    }
  };
}
