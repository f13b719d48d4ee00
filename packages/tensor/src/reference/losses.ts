import { find } from '../find.js';
import type { Run, Sink } from '../kernels/run.js';
import { type LossName, pointwiseLosses } from '../losses/named.js';
import type { PointwiseLoss } from '../losses/pointwiseLoss.js';
import { type Numbers, numbersOf } from '../numberOption.js';
import type { Labels, Tensor } from '../tensor.js';
import { softmax } from './maps.js';

/** losses ← log Σ exp(z − m) − (z[label] − m), with m the row's largest logit: finite wherever the loss is. */
export function softmaxCrossEntropy(
  logits: Tensor,
  labels: Labels,
  probabilities: Tensor,
  losses: Tensor,
): Run {
  const normalise = softmax(logits, probabilities);
  const [rows, classes] = logits.shape as [number, number];
  return () => {
    normalise();
    for (let i = 0; i < rows; i++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < classes; j++) largest = Math.max(largest, logits.get(i, j) as number);
      let sum = 0;
      for (let j = 0; j < classes; j++) sum += Math.exp((logits.get(i, j) as number) - largest);
      losses.set(i, Math.log(sum) - ((logits.get(i, labels.get(i) as number) as number) - largest));
    }
  };
}

/** sink ← factor·(probabilities − e(label)). */
export function softmaxCrossEntropyGradient(
  probabilities: Tensor,
  labels: Labels,
  sink: Sink,
  factor: number,
): Run {
  return perElement(sink, (i, j) => {
    const target = j === labels.get(i) ? 1 : 0;
    return factor * ((probabilities.get(i, j) as number) - target);
  });
}

/** losses ← −log probabilities[label]; infinite where the slope 1/p is, so that nothing learns from it. */
export function negativeLogLikelihood(probabilities: Tensor, labels: Labels, losses: Tensor): Run {
  const rounded = losses.data instanceof Float32Array ? Math.fround : Number;
  return () => {
    for (let i = 0; i < losses.size; i++) {
      const p = probabilities.get(i, labels.get(i) as number) as number;
      const slope = rounded(1 / p);
      losses.set(i, slope < Number.POSITIVE_INFINITY ? -Math.log(p) : slope);
    }
  };
}

/** sink ← −factor·e(label) / probabilities[label]. */
export function negativeLogLikelihoodGradient(
  probabilities: Tensor,
  labels: Labels,
  sink: Sink,
  factor: number,
): Run {
  return perElement(sink, (i, j) =>
    j === labels.get(i) ? -factor / (probabilities.get(i, j) as number) : 0,
  );
}

/** losses ← Σ over a row of the loss's term. */
export function pointwiseLoss(
  loss: LossName | PointwiseLoss,
  output: Tensor,
  targets: Tensor,
  losses: Tensor,
  options: Numbers = {},
): Run {
  const { name, found } = find('loss', pointwiseLosses, loss);
  const numbers = numbersOf(name ?? 'loss', found.options ?? {}, options);
  const [rows, columns] = output.shape as [number, number];
  return () => {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        sum += found.term(output.get(i, j) as number, targets.get(i, j) as number, numbers);
      }
      losses.set(i, sum);
    }
  };
}

/** sink ← factor·slope. */
export function pointwiseLossGradient(
  loss: LossName | PointwiseLoss,
  output: Tensor,
  targets: Tensor,
  sink: Sink,
  factor: number,
  options: Numbers = {},
): Run {
  const { name, found } = find('loss', pointwiseLosses, loss);
  const numbers = numbersOf(name ?? 'loss', found.options ?? {}, options);
  return perElement(
    sink,
    (i, j) => factor * found.slope(output.get(i, j) as number, targets.get(i, j) as number, numbers),
  );
}

function perElement({ tensor, beta }: Sink, value: (i: number, j: number) => number): Run {
  const [rows, columns] = tensor.shape as [number, number];
  return () => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        tensor.set(i, j, (beta === 0 ? 0 : (tensor.get(i, j) as number)) + value(i, j));
      }
    }
  };
}
