import { random } from '@fluxion/tensor';
import { finalMix } from '../../order/finalMix.js';
import { shuffledIndex } from '../../order/shuffledIndex.js';
import { encodingOf } from './encodingOf.js';
import {
  type NumericDescription,
  type NumericOptions,
  numericEncoding,
  type Scaling,
} from './numericColumn.js';

/** Description of numbers by their rank. */
export interface Quantile extends NumericDescription {
  readonly kind: 'quantile';
}

/** Numbers kept: a rank is known to about 1/√1024 ≈ 3 % of the numbers at worst, 1.6 % in the middle (one deviation). */
const KEPT = 1024;
const SPREAD = Math.sqrt(12);

/**
 * Numbers by their rank among those seen, whatever their distribution: z = √12 (u − ½), where u in [0, 1] is the share of
 * smaller numbers (equal ones count half, and between two numbers it rises linearly). So z is uniform, of mean 0 and
 * deviation 1, and an outlier is no further out than the largest number seen.
 *
 * A uniform sample of 1,024 numbers is kept, sorted: up to that many the ranks are exact. Which number leaves it for another
 * is a function of how many were seen, so the same rows give the same sample. Of two samples, one is drawn as if all their numbers
 * were drawn from.
 *
 * @see Vitter, "Random sampling with a reservoir", ACM Transactions on Mathematical Software 11, 1985, algorithm R.
 * @example
 * await fitEncoder(source, { target: 'income', columns: { fare: quantile() } });
 */
export function quantile(options: NumericOptions = {}): Quantile {
  return encodingOf('quantile', options, 'missing: 0');
}

/** How numbers are made of their ranks. The memory is the count of numbers seen, then the sample. */
export const quantileEncoding: ReturnType<typeof numericEncoding> = numericEncoding(
  (memory = new Float64Array(1 + KEPT)): Scaling => {
    const sample = memory.subarray(1);
    return {
      memory,
      see(value) {
        const seen = memory[0] as number;
        memory[0] = seen + 1;
        if (seen < KEPT) {
          insert(sample, seen, value);
          return;
        }
        const leaving = Math.floor(shareOf(seen) * (seen + 1));
        if (leaving >= KEPT) return;
        sample.copyWithin(leaving, leaving + 1, KEPT);
        insert(sample, KEPT - 1, value);
      },
      merge: (other) => memory.set(mergedSample(memory, other)),
      scale(value) {
        const size = Math.min(memory[0] as number, KEPT);
        return size === 0 ? 0 : SPREAD * (rank(sample, size, value) / size - 0.5);
      },
    };
  },
);

/** A sample of the numbers that two samples are of, in the same form. */
function mergedSample(one: Float64Array, other: Float64Array): Float64Array {
  const [a, b] = [new Drawing(one, 'one'), new Drawing(other, 'other')];
  const count = a.left + b.left;
  const size = Math.min(count, KEPT);
  const merged = new Float64Array(1 + KEPT);
  for (let i = 1; i <= size; i++) {
    const isOne = shareOf(count + i) * (a.left + b.left) < a.left;
    merged[i] = (isOne ? a : b).next();
  }
  merged.subarray(1, 1 + size).sort();
  merged[0] = count;
  return merged;
}

/** Draws numbers of which there is a sample, none twice. */
class Drawing {
  /** How many have not been drawn, of all that were seen. */
  left: number;
  readonly #sample: Float64Array;
  readonly #placeOf: (draw: number) => number;
  #drawn = 0;

  constructor(memory: Float64Array, name: string) {
    this.left = memory[0] as number;
    this.#sample = memory.subarray(1, 1 + Math.min(this.left, KEPT));
    this.#placeOf = shuffledIndex(random(0, name), this.#sample.length);
  }

  next(): number {
    this.left--;
    return this.#sample[this.#placeOf(this.#drawn++)] as number;
  }
}

/** Puts a value into its place among the first `size` of a sorted array. */
function insert(sorted: Float64Array, size: number, value: number): void {
  const place = firstFrom(sorted, size, value);
  sorted.copyWithin(place + 1, place, size);
  sorted[place] = value;
}

/** How many are smaller, equal ones counting half; between two neighbours it rises linearly. */
function rank(sorted: Float64Array, size: number, value: number): number {
  const from = firstFrom(sorted, size, value);
  let to = from;
  if (sorted[from] === value) {
    // The next larger float: where it would stand, the equal ones end.
    to = firstBeyond(sorted, size, value);
    return (from + to) / 2;
  }
  if (from === 0 || from === size) return from;
  const below = sorted[from - 1] as number;
  return from - 0.5 + (value - below) / ((sorted[from] as number) - below);
}

/** Place of the first number that is not smaller. */
function firstFrom(sorted: Float64Array, size: number, value: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Place of the first number that is larger. */
function firstBeyond(sorted: Float64Array, size: number, value: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number in [0, 1) by a hash of a count. */
function shareOf(count: number): number {
  return (finalMix(count ^ Math.floor(count / 2 ** 32) ^ 0x5bd1e995) >>> 0) / 2 ** 32;
}
