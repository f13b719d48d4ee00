import { encodingOf } from './encodingOf.js';
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
 * await fitEncoder(source, { target: 'income', columns: { age: minMax() } });
 */
export function minMax(options: NumericOptions = {}): MinMax {
  return encodingOf('minMax', options, 'missing: 0');
}

/** How numbers are brought to [0, 1]. */
export const minMaxEncoding: ReturnType<typeof numericEncoding> = numericEncoding(
  // How many were seen, the least and the largest.
  (memory = new Float64Array(3)): Scaling => ({
    memory,
    see: (value) => span(memory, 1, value, value),
    merge: ([seen = 0, least = 0, largest = 0]) => span(memory, seen, least, largest),
    scale(value) {
      const [, least, largest] = memory as unknown as [number, number, number];
      return largest > least ? (value - least) / (largest - least) : 0.5;
    },
  }),
);

/** Takes in numbers from `least` to `largest`. */
function span(memory: Float64Array, count: number, least: number, largest: number): void {
  if (count === 0) return;
  const isFirst = memory[0] === 0;
  memory[0] = (memory[0] as number) + count;
  if (isFirst || least < (memory[1] as number)) memory[1] = least;
  if (isFirst || largest > (memory[2] as number)) memory[2] = largest;
}
