import { encodingOf } from './encodingOf.js';
import { Moments } from './moments.js';
import {
  type NumericDescription,
  type NumericOptions,
  numericEncoding,
  type Scaling,
} from './numericColumn.js';

/** Description of numbers by their logarithm. */
export interface Symlog extends NumericDescription {
  readonly kind: 'symlog';
}

/**
 * Numbers that span orders of magnitude, as prices and counts: y = sign(x) log(1 + |x|), which takes 0 and negative
 * numbers too, then standardized: z = (y − mean) / deviation. `log()` of the boxes, as a column's encoding, is the same.
 *
 * @see Webber, "A bi-symmetric log transformation for wide-range data", Measurement Science and Technology 24, 2013.
 * @example
 * await fitEncoder(source, { target: 'income', columns: { capitalGain: symlog() } });
 */
export function symlog(options: NumericOptions = {}): Symlog {
  return encodingOf('symlog', options, 'missing: 0');
}

/** y = sign(x) log(1 + |x|). */
export function symlogOf(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}

/** How numbers are made of their logarithms. */
export const symlogEncoding: ReturnType<typeof numericEncoding> = numericEncoding((memory): Scaling => {
  const moments = new Moments(memory);
  return {
    memory: moments.memory,
    see: (value) => moments.see(symlogOf(value)),
    merge: (other) => moments.merge(other),
    scale: (value) => moments.standardize(symlogOf(value)),
  };
});

/** The same under the name of the box `log`, whose description may stand for it: `columns: { price: log() }`. */
export const logEncoding: typeof symlogEncoding = {
  ...symlogEncoding,
  start: (description, memory) => symlogEncoding.start({ ...description, kind: 'symlog' }, memory),
};
