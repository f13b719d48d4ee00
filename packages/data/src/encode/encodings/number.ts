import { encodingOf } from './encodingOf.js';
import {
  type NumericDescription,
  type NumericOptions,
  numericEncoding,
  type Scaling,
} from './numericColumn.js';

/** Description of numbers taken as they are. */
export interface AsIs extends NumericDescription {
  readonly kind: 'number';
}

/**
 * Numbers as they are, rounded to the precision of the model: float32 has 24 bits. For columns that have a scale of about 1
 * already.
 *
 * @example
 * await fitEncoder(source, { target: 'income', columns: { share: number() } });
 */
export function number(options: NumericOptions = {}): AsIs {
  return encodingOf('number', options, 'missing: 0');
}

/** How numbers are taken as they are. */
export const numberEncoding: ReturnType<typeof numericEncoding> = numericEncoding(
  (memory = new Float64Array(0)): Scaling => ({
    memory,
    see: () => {},
    merge: () => {},
    scale: (value) => value,
  }),
);
