import type { Rows } from '../counting/rows.js';

/** The class with the largest probability; the first one, where several have it. */
export function predictedClass({ predictions, units }: Rows, row: number): number {
  const from = row * units;
  let best = 0;
  for (let j = 1; j < units; j++) {
    if ((predictions[from + j] as number) > (predictions[from + best] as number)) best = j;
  }
  return best;
}
