import { Moments } from './moments.js';
import {
  type NumericDescription,
  type NumericOptions,
  numericEncoding,
  type Scaling,
} from './numericColumn.js';

/** Description of numbers by their logarithm. */
export interface Log extends NumericDescription {
  readonly kind: 'log';
}

/**
 * Numbers that span orders of magnitude, as prices and counts: y = sign(x) log(1 + |x|), which takes 0 and negative
 * numbers too, then standardized: z = (y − mean) / deviation.
 *
 * @example
 * await fitEncoder(source, { target: 'income', columns: { capitalGain: log() } });
 */
export function log(options: NumericOptions = {}): Log {
  return { kind: 'log', ...options };
}

/** y = sign(x) log(1 + |x|). */
export function signedLog(value: number): number {
  return Math.sign(value) * Math.log1p(Math.abs(value));
}

/** How numbers are made of their logarithms. */
export const logEncoding: ReturnType<typeof numericEncoding> = numericEncoding((memory): Scaling => {
  const moments = new Moments(memory);
  return {
    memory: moments.memory,
    see: (value) => moments.see(signedLog(value)),
    scale: (value) => moments.standardize(signedLog(value)),
  };
});
