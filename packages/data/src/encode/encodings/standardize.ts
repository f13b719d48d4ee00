import { encodingOf } from './encodingOf.js';
import { Moments } from './moments.js';
import {
  type NumericDescription,
  type NumericOptions,
  numericEncoding,
  type Scaling,
} from './numericColumn.js';

/** Description of standardized numbers. */
export interface Standardize extends NumericDescription {
  readonly kind: 'standardize';
}

/**
 * Numbers of mean 0 and standard deviation 1: z = (x − mean) / deviation, computed in float64 and rounded once. 0 where all
 * numbers seen are equal.
 *
 * @example
 * await fitEncoder(source, { target: 'income', columns: { age: standardize() } });
 */
export function standardize(options: NumericOptions = {}): Standardize {
  return encodingOf('standardize', options, 'missing: 0');
}

/** How standardized numbers are made. */
export const standardizeEncoding: ReturnType<typeof numericEncoding> = numericEncoding((memory): Scaling => {
  const moments = new Moments(memory);
  return {
    memory: moments.memory,
    see: (value) => moments.see(value),
    merge: (other) => moments.merge(other),
    scale: (value) => moments.standardize(value),
  };
});
