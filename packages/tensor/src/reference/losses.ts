import ops from 'ndarray-ops';
import { elementwise } from '../elementwise.js';
import type { Measure, Run, Sink } from '../kernels.js';
import type { Labels, Tensor } from '../tensor.js';
import { softmax } from './softmax.js';

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

/** losses ← Σ max(z, 0) − t·z + log(1 + e^−|z|), which is Σ log(1 + eᶻ) − t·z without the overflow. */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor, losses: Tensor): Run {
  return sumPerExample(logits, losses, (i, j) => {
    const z = logits.get(i, j) as number;
    return Math.max(z, 0) - (targets.get(i, j) as number) * z + Math.log1p(Math.exp(-Math.abs(z)));
  });
}

/** sink ← factor·(σ(z) − t). */
export function binaryCrossEntropyGradient(logits: Tensor, targets: Tensor, sink: Sink, factor: number): Run {
  const sigmoid = elementwise.sigmoid.value;
  return perElement(
    sink,
    (i, j) => factor * (sigmoid(logits.get(i, j) as number) - (targets.get(i, j) as number)),
  );
}

/** losses ← ½ Σ (output − target)². */
export function squaredError(output: Tensor, targets: Tensor, losses: Tensor): Run {
  return sumPerExample(
    output,
    losses,
    (i, j) => 0.5 * ((output.get(i, j) as number) - (targets.get(i, j) as number)) ** 2,
  );
}

/** sink ← factor·(output − target). */
export function squaredErrorGradient(output: Tensor, targets: Tensor, sink: Sink, factor: number): Run {
  return perElement(sink, (i, j) => factor * ((output.get(i, j) as number) - (targets.get(i, j) as number)));
}

/** Mean of the elements; NaN where there are none. */
export function mean(tensor: Tensor): Measure {
  return () => ops.sum(tensor) / tensor.size;
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

function sumPerExample(like: Tensor, losses: Tensor, value: (i: number, j: number) => number): Run {
  const [rows, columns] = like.shape as [number, number];
  return () => {
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += value(i, j);
      losses.set(i, sum);
    }
  };
}
