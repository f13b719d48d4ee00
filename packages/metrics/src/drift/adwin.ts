import { DataError, elements, expectNames, OptionError, type Saved, tensor } from '@fluxion/tensor';
import type { Drift, DriftDetector } from './driftDetector.js';

/** Options of adwin. */
export interface AdwinOptions {
  /** Bound on the probability that a step tells of a change where there is none. Default 0.002. */
  readonly delta?: number;
}

/** Numbers that lie together: their count, sum, and sum of squared deviations from their mean. */
interface Bucket {
  readonly count: number;
  readonly sum: number;
  readonly deviations: number;
}

/** Buckets of one size; one more makes two of them one of double the size. */
const PER_SIZE = 5;
/** Numbers between two looks, and the fewest on either side of a cut. */
const EVERY = 32;
const FEWEST = 5;

/**
 * Adaptive windowing: keeps a window of the numbers, as long as their mean has not changed, in O(log n) memory. Where two parts of
 * the window, of n₀ and n₁ numbers, have means further apart than
 *
 *   ε = √(2/m · σ² · ln(2/δ′)) + 2/(3m) · ln(2/δ′),   1/m = 1/n₀ + 1/n₁,   δ′ = δ / ln n,
 *
 * the older part goes. A look costs O(log n) and is taken at every 32nd number.
 *
 * @throws {OptionError} when delta is not in (0, 1).
 * @see Bifet, Gavaldà, "Learning from time-changing data with adaptive windowing", SIAM International Conference on Data Mining
 *   2007, sections 3 and 4.
 * @example
 * const detector = adwin({ delta: 0.002 });
 * detector.add(0.3); // undefined, or { before, after } where the mean has changed
 */
export function adwin(
  options: AdwinOptions = {},
): DriftDetector & { readonly width: number; readonly mean: number } {
  expectNames('adwin', options, ['delta']);
  const { delta = 0.002 } = options;
  if (!(delta > 0 && delta < 1)) {
    throw new OptionError(`adwin delta: expected a number between 0 and 1, got ${delta}; give one, as 0.002`);
  }
  /** From the oldest to the newest; their sizes are powers of 2 and do not rise. */
  let buckets: Bucket[] = [];
  let seen = 0;
  const total = (): Bucket => buckets.reduce(merge, EMPTY);

  const compress = (): void => {
    for (let size = 1; ; size *= 2) {
      const same = buckets.filter(({ count }) => count === size);
      if (same.length <= PER_SIZE) return;
      const first = buckets.indexOf(same[0] as Bucket);
      buckets.splice(first, 2, merge(buckets[first] as Bucket, buckets[first + 1] as Bucket));
    }
  };

  /** Where the older part ends that differs from the rest; undefined where none does. */
  const cut = (): { readonly index: number; readonly drift: Drift } | undefined => {
    const { count, sum, deviations } = total();
    const variance = deviations / count;
    const log = Math.log((2 * Math.log(count)) / delta);
    let [n0, sum0] = [0, 0];
    for (const [i, bucket] of buckets.entries()) {
      n0 += bucket.count;
      sum0 += bucket.sum;
      const n1 = count - n0;
      if (n0 < FEWEST || n1 < FEWEST) continue;
      const [before, after] = [sum0 / n0, (sum - sum0) / n1];
      const inverse = 1 / n0 + 1 / n1;
      const bound = Math.sqrt(2 * inverse * variance * log) + (2 / 3) * inverse * log;
      if (Math.abs(before - after) > bound) return { index: i + 1, drift: { before, after } };
    }
    return undefined;
  };

  return {
    /** Numbers in the window. */
    get width() {
      return total().count;
    },
    /** Their mean. */
    get mean() {
      const { count, sum } = total();
      return sum / count;
    },
    add(value) {
      expectFinite('adwin', value);
      buckets.push({ count: 1, sum: value, deviations: 0 });
      compress();
      if (++seen % EVERY !== 0) return undefined;
      let drift: Drift | undefined;
      for (let found = cut(); found !== undefined; found = cut()) {
        buckets.splice(0, found.index);
        drift = { before: drift?.before ?? found.drift.before, after: found.drift.after };
      }
      return drift;
    },
    save: (): Saved => ({
      kind: 'adwin',
      options: { delta },
      tensors: new Map([
        ['seen', tensor(Float64Array.of(seen))],
        [
          'buckets',
          tensor(
            Float64Array.from(buckets.flatMap(({ count, sum, deviations }) => [count, sum, deviations])),
          ),
        ],
      ]),
    }),
    restore(saved) {
      expectOptions('adwin', saved, { delta });
      [seen = 0] = elements(saved.tensors.get('seen') ?? tensor([]));
      const numbers = elements(saved.tensors.get('buckets') ?? tensor([]));
      buckets = Array.from({ length: numbers.length / 3 }, (_, i) => {
        const [count = 0, sum = 0, deviations = 0] = numbers.subarray(3 * i, 3 * i + 3);
        return { count, sum, deviations };
      });
    },
  };
}

const EMPTY: Bucket = { count: 0, sum: 0, deviations: 0 };

/** @see Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979. */
function merge(a: Bucket, b: Bucket): Bucket {
  const count = a.count + b.count;
  if (a.count === 0 || b.count === 0) return a.count === 0 ? b : a;
  const apart = a.sum / a.count - b.sum / b.count;
  return {
    count,
    sum: a.sum + b.sum,
    deviations: a.deviations + b.deviations + (apart * apart * a.count * b.count) / count,
  };
}

/** @throws {DataError} naming the detector. */
export function expectFinite(where: string, value: number): void {
  if (Number.isFinite(value)) return;
  throw new DataError(
    `${where}: expected finite numbers, got ${value}; leave it out, or look for where it comes from`,
  );
}

/** @throws {OptionError} when another detector was saved, or the same under other options. */
export function expectOptions(where: string, saved: Saved, options: Saved['options']): void {
  const [own, other] = [
    { kind: where, options },
    { kind: saved.kind, options: saved.options },
  ].map((each) => JSON.stringify(each));
  if (own === other) return;
  throw new OptionError(
    `${where} restore: expected ${own}, got ${other}; restore with the options that were saved`,
  );
}
