import type { Measured } from './cell.js';
import { type Spread, spreadOfQuotients } from './spread.js';

/** How many times as fast one is as another. */
export function ratioOf(ours: Measured, theirs: Measured): Spread {
  return spreadOfQuotients(ours.examplesPerSecond, theirs.examplesPerSecond);
}

/** As a table shows it: `20× (19–21)`. */
export function times({ median, low, high }: Spread): string {
  return `${short(median)}× (${short(low)}–${short(high)})`;
}

/** As a share of something: `95 % (94–96)`. */
export function percent({ median, low, high }: Spread): string {
  const whole = (share: number): string => (100 * share).toFixed(0);
  return `${whole(median)} % (${whole(low)}–${whole(high)})`;
}

function short(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
}
