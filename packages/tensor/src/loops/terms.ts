import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/** A term of a loss in one number of the output and its target, and its derivative by the output. */
export interface Term {
  value(output: number, target: number): number;
  slope(output: number, target: number): number;
}

/** losses ← Σ along each row of the term: [rows, units] to [rows]. */
export function sumTerms(term: Term, output: Tensor, targets: Tensor, losses: Tensor): Run {
  const [z, t, sums] = [output, targets, losses].map((view) => numbersOf('sumTerms', view)) as [
    Tensor['data'],
    Tensor['data'],
    Tensor['data'],
  ];
  const units = sums.length === 0 ? 0 : z.length / sums.length;
  return () => {
    for (let row = 0, at = 0; row < sums.length; row++) {
      let sum = 0;
      for (let j = 0; j < units; j++, at++) sum += term.value(z[at] as number, t[at] as number);
      sums[row] = sum;
    }
  };
}

/** sink ← factor · the slope of the term. */
export function termSlopes(
  term: Term,
  output: Tensor,
  targets: Tensor,
  { tensor, beta }: Sink,
  factor: number,
): Run {
  const [z, t, dz] = [output, targets, tensor].map((view) => numbersOf('termSlopes', view)) as [
    Tensor['data'],
    Tensor['data'],
    Tensor['data'],
  ];
  return () => {
    for (let i = 0; i < dz.length; i++) {
      const slope = factor * term.slope(z[i] as number, t[i] as number);
      dz[i] = beta === 0 ? slope : (dz[i] as number) + slope;
    }
  };
}
