import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/** divergences ← Σ t (log t − log softmax(z)) along each row of logits z and probabilities t: [rows, classes] to [rows]. */
export function softmaxDivergence(logits: Tensor, targets: Tensor, divergences: Tensor): Run {
  const [z, t] = [numbersOf('softmaxDivergence', logits), numbersOf('softmaxDivergence', targets)];
  const sums = numbersOf('softmaxDivergence', divergences);
  const classes = logits.shape[1] as number;
  return () => {
    for (let row = 0, start = 0; row < sums.length; row++, start += classes) {
      const end = start + classes;
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = start; i < end; i++) largest = Math.max(largest, z[i] as number);
      let exponentials = 0;
      for (let i = start; i < end; i++) exponentials += Math.exp((z[i] as number) - largest);
      const logSum = Math.log(exponentials);
      let sum = 0;
      for (let i = start; i < end; i++) {
        const target = t[i] as number;
        // 0 log 0 is 0.
        if (target > 0) sum += target * (Math.log(target) - ((z[i] as number) - largest - logSum));
      }
      sums[row] = sum;
    }
  };
}
