import { random } from '@fluxion/tensor';
import { type NumberAt, shuffledIndex } from './shuffledIndex.js';

const [SIXTEENTHS, THIRDS] = [16, 3];
const STRATA = SIXTEENTHS * THIRDS;
/** Numbers in a stratum below which the order would be too regular. */
const MIN_STRATUM = 64;

/**
 * A random order of the numbers 0 … length − 1 that takes from 48 strata in turn, each of which has consecutive numbers in an
 * order of its own. So any 48 places that follow each other have one number of each part of a window, and the places i, i + R,
 * i + 2R … of R processes have 1/R of the strata, where R is a divisor of 48: a process reads these alone, and the order is the
 * same for any number.
 *
 * But for where the turns begin, place p draws from stratum 3·(p mod 16) + p mod 3, by which a process of 2, 4, 8 or 16 has whole
 * sixteenths: they are the runs of a default window. The turns are fixed: in minibatches of 2, a stratum always meets the same
 * other one. Few numbers, as those of a small table, are mixed without strata.
 *
 * @param length at most 2³⁰
 * @see Cochran, "Sampling Techniques", 3rd edition, 1977, chapter 5: stratified random sampling.
 */
export function stratifiedIndex(seed: number, purpose: string, length: number): NumberAt {
  const least = Math.floor(length / STRATA);
  if (least < MIN_STRATUM) return shuffledIndex(random(seed, purpose), length);
  const first = random(seed, purpose).integer(0, STRATA);
  const sizes = new Array<number>(STRATA).fill(least);
  // The last turn does not come to all strata: those that it comes to have one number more.
  for (let place = STRATA * least; place < length; place++) sizes[stratumOf(place + first)] = least + 1;
  let next = 0;
  const strata = sizes.map((size, stratum) => {
    const start = next;
    next += size;
    return { start, at: shuffledIndex(random(seed, `stratum ${stratum} of ${purpose}`), size) };
  });
  return (place) => {
    const { start, at } = strata[stratumOf(place + first)] as (typeof strata)[number];
    return start + at(Math.floor(place / STRATA));
  };
}

function stratumOf(turn: number): number {
  return THIRDS * (turn % SIXTEENTHS) + (turn % THIRDS);
}
