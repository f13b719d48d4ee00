import {
  type NumericDescription,
  type NumericOptions,
  numericEncoding,
  type Scaling,
} from './numericColumn.js';

/** Description of numbers brought to [0, 1]. */
export interface MinMax extends NumericDescription {
  readonly kind: 'minMax';
}

/**
 * Numbers from 0 to 1: z = (x − min) / (max − min), by the least and the largest number seen. What lies beyond them comes
 * out beyond 0 or 1; ½ where all numbers seen are equal.
 *
 * @example
 * await fitEncoder(people, { target: 'income', columns: { age: minMax() } });
 */
export function minMax(options: NumericOptions = {}): MinMax {
  return { kind: 'minMax', ...options };
}

/** How numbers are brought to [0, 1]. */
export const minMaxEncoding: ReturnType<typeof numericEncoding> = numericEncoding(
  (memory = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)): Scaling => ({
    memory,
    see(value) {
      if (value < (memory[0] as number)) memory[0] = value;
      if (value > (memory[1] as number)) memory[1] = value;
    },
    scale(value) {
      const [least, largest] = memory as unknown as [number, number];
      return largest > least ? (value - least) / (largest - least) : 0.5;
    },
  }),
);
