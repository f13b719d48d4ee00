import { labels, random, type Tensor, tensor } from '@fluxion/tensor';
import type { Metric, RunningMetric } from '../src/index.js';

/** Numbers predicted for an example. */
const units = 3;

/** Predictions, and numbers that tell the targets, of one long list of rows from `first` on. */
function rows(first: number, count: number): { probabilities: Float64Array; values: Float64Array } {
  const numbers = random(7, 'predictions');
  const probabilities = new Float64Array(count * units);
  const values = new Float64Array(count * units);
  for (let i = 0; i < count; i++) {
    const logits = [0, 1, 2].map((j) => Math.exp(3 * numbers.uniform(2 * ((first + i) * units + j))));
    const total = logits.reduce((sum, value) => sum + value);
    logits.forEach((value, j) => {
      probabilities[i * units + j] = value / total;
      values[i * units + j] = numbers.uniform(2 * ((first + i) * units + j) + 1);
    });
  }
  return { probabilities, values };
}

/** Counts rows of the list in minibatches. */
export function count<Value>(
  running: RunningMetric<Value>,
  { compares }: Pick<Metric, 'compares'>,
  first: number,
  last: number,
  { batchSize = 3, weight = () => 1 }: { batchSize?: number; weight?: (row: number) => number } = {},
): RunningMetric<Value> {
  for (let from = first; from < last; from += batchSize) {
    const size = Math.min(batchSize, last - from);
    const { probabilities, values } = rows(from, size);
    const weights = tensor(Array.from({ length: size }, (_, i) => weight(from + i)));
    const predictions: Tensor = tensor(probabilities, [size, units]);
    if (compares === 'numbers')
      running.add(tensor(values.filter((_, i) => i % units === 0)), undefined, weights);
    else if (compares === 'values') running.add(predictions, tensor(values, [size, units]), weights);
    else {
      const classes = Array.from({ length: size }, (_, i) =>
        Math.floor((values[i * units] as number) * units),
      );
      running.add(predictions, labels(classes), weights);
    }
  }
  return running;
}
