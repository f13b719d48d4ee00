import { median } from './median.js';

/** The median of some numbers and their interquartile range. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Of each round's quotient: both sides of one were measured within the same few seconds. */
export function spreadOfQuotients(above: readonly number[], below: readonly number[]): Spread {
  const quotients = above.map((number, round) => number / (below[round] as number)).sort((a, b) => a - b);
  const outside = Math.floor(quotients.length / 4);
  return {
    median: median(quotients),
    low: quotients[outside] as number,
    high: quotients.at(-1 - outside) as number,
  };
}
