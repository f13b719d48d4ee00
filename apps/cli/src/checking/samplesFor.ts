import type { Parameter } from '@fluxion/graph';

/** Passes through a parameter's number, summed over all that are checked: about five seconds of them. */
const BUDGET = 1e8;

/** So few elements would say nothing, however long they take. */
const LEAST = 10;

/**
 * How many elements of each parameter to check, so that it takes seconds: the time of one grows with the numbers in the
 * model. It depends on the model alone, not on the machine.
 */
export function samplesFor(parameters: readonly Parameter[]): number {
  const sizes = parameters.map(({ value }) => value.size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const affordable = BUDGET / total;
  if (affordable >= total) return Number.POSITIVE_INFINITY;
  // What small parameters leave of their share goes to the large ones.
  const ascending = sizes.toSorted((a, b) => a - b);
  let left = affordable;
  for (const [i, size] of ascending.entries()) {
    const share = left / (ascending.length - i);
    if (size > share) return Math.max(LEAST, Math.floor(share));
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
