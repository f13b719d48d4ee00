import { random } from '@fluxion/tensor';
import { type NumberAt, shuffledIndex } from './shuffledIndex.js';

const [SIXTEENTHS, THIRDS] = [16, 3];
const STRATA = SIXTEENTHS * THIRDS;
/** Numbers in a stratum below which the order would be too regular. */
const LEAST = 64;

/**
 * A random order of the numbers 0 … length − 1 that takes from 48 strata in turn, each of which has consecutive numbers in an
 * order of its own. So every 48 places have one number of each part of a window, and the places i, i + R, i + 2R … of R processes
 * have 1/R of the strata, where R is a divisor of 48: a process reads these alone, and the order is the same for any number.
 *
 * Place p takes from third p mod 3 of sixteenth p mod 16, by which a process of 2, 4, 8 or 16 has whole sixteenths: they are the
 * runs of a default window. Few numbers, as those of a small table, are mixed without strata.
 *
 * @param length at most 2³⁰
 * @see Cochran, "Sampling Techniques", 3rd edition, 1977, chapter 5: stratified random sampling.
 */
export function stratifiedIndex(seed: number, purpose: string, length: number): NumberAt {
  const size = Math.floor(length / STRATA);
  if (size < LEAST) return shuffledIndex(random(seed, purpose), length);
  const orders = Array.from({ length: STRATA }, (_, stratum) =>
    shuffledIndex(random(seed, `stratum ${stratum} of ${purpose}`), size),
  );
  const first = random(seed, purpose).integer(0, STRATA);
  const mixed = STRATA * size;
  const rest = shuffledIndex(random(seed, `rest of ${purpose}`), length - mixed);
  return (place) => {
    if (place >= mixed) return mixed + rest(place - mixed);
    const turn = (place + first) % STRATA;
    const stratum = THIRDS * (turn % SIXTEENTHS) + (turn % THIRDS);
    return stratum * size + (orders[stratum] as NumberAt)(Math.floor(place / STRATA));
  };
}
