import { median } from './median.js';

/** The middle of some numbers, and how far they reach. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Of each round's quotient: both sides of one were measured within the same few seconds. */
export function spreadOfQuotients(above: readonly number[], below: readonly number[]): Spread {
  const quotients = above.map((number, round) => number / (below[round] as number));
  return { median: median(quotients), least: Math.min(...quotients), most: Math.max(...quotients) };
}
