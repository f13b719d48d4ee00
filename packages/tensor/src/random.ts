import { OptionError } from './errors.js';
import { philox4x32 } from './philox.js';

/**
 * A stream of random numbers addressed by index: `at(i)` is the same number however often and in whatever order it is
 * asked for.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits fine. */
  uniform(index: number): number;
  /** Uniform integer in [0, bound). */
  integer(index: number, bound: number): number;
  /** Fills with the uniform numbers of one example, by its number: they are its own, and those of no index above. */
  fillFor(example: number, values: Float64Array): void;
}

/**
 * The random numbers of one purpose, as `linear1.weight` or `rows of epoch 3`. Different purposes draw from different
 * streams, so that what one draws moves no other.
 *
 * @param seed an integer in [0, 2³²)
 * @throws {OptionError} when the seed is not such an integer.
 * @example
 * random(1, 'dropout').uniform(12_345) === random(1, 'dropout').uniform(12_345); // true
 */
export function random(seed: number, purpose: string): Random {
  expectSeed('random', seed);
  const key = [seed, hash(purpose)] as const;
  const uniform = (index: number): number => {
    const words = philox4x32([Math.floor(index / 4) >>> 0, Math.floor(index / 2 ** 34), 0, 0], key);
    return (words[index & 3] as number) / 2 ** 32;
  };
  const fillFor = (example: number, values: Float64Array): void => {
    const [low, high] = [example >>> 0, Math.floor(example / 2 ** 32) >>> 0];
    for (let i = 0; i < values.length; i += 4) {
      const words = philox4x32([i / 4, OF_EXAMPLES, low, high], key);
      for (let j = 0; j < 4 && i + j < values.length; j++) values[i + j] = (words[j] as number) / 2 ** 32;
    }
  };
  return { uniform, integer: (index, bound) => Math.floor(uniform(index) * bound), fillFor };
}

/** Second word of the counters of examples; those of plain indices stay below. */
const OF_EXAMPLES = 2 ** 31;

/**
 * Refuses a seed that is not an integer in [0, 2³²).
 *
 * @param where the call, as `random`
 * @throws {OptionError} `random seed: expected an integer from 0 to 4294967295, got -1; give such an integer`
 */
export function expectSeed(where: string, seed: number): void {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new OptionError(
      `${where} seed: expected an integer from 0 to 4294967295, got ${seed}; give such an integer`,
    );
  }
}

/**
 * The numbers 0 … length − 1 in an order that is a function of the stream alone (Fisher–Yates).
 *
 * @see Knuth, The Art of Computer Programming, volume 2, algorithm 3.4.2P.
 */
export function permutation(random: Random, length: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(i, i + 1);
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}

/** FNV-1a, 32 bits: spreads the names of purposes over keys. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h;
}
