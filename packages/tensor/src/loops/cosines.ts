import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/** The least product of two lengths: what is shorter has no direction, and a cosine next to 0. */
const LEAST = 1e-8;

/**
 * errors ← 1 − cos of the angle between each row of the output z and of the targets t; and what its gradient is made of:
 * ∂/∂z = towards · t + along · z, with towards = −1/(‖z‖‖t‖) and along = cos / ‖z‖².
 */
export function cosineErrors(
  output: Tensor,
  targets: Tensor,
  errors: Tensor,
  towards: Tensor,
  along: Tensor,
): Run {
  const [z, t, sums, a, b] = [output, targets, errors, towards, along].map((view) =>
    numbersOf('cosineErrors', view),
  ) as [Floats, Floats, Floats, Floats, Floats];
  const units = output.shape[1] as number;
  return () => {
    for (let row = 0, start = 0; row < sums.length; row++, start += units) {
      let dot = 0;
      let zz = 0;
      let tt = 0;
      for (let i = start; i < start + units; i++) {
        const x = z[i] as number;
        const y = t[i] as number;
        dot += x * y;
        zz += x * x;
        tt += y * y;
      }
      const product = Math.sqrt(zz) * Math.sqrt(tt);
      const length = Math.max(product, LEAST);
      const cosine = dot / length;
      sums[row] = 1 - cosine;
      a[row] = -1 / length;
      // Below the least length the cosine is a product, whose gradient has no such part.
      b[row] = product > LEAST ? cosine / zz : 0;
    }
  };
}
