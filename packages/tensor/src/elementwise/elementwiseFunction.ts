import type { NumberOption, Numbers } from '../numberOption.js';

/**
 * A function of each element and its derivative. What stands in the table is compiled to SIMD from this source, so both
 * are written as expressions: arithmetic, comparisons, `? :`, local constants, and functions of `Math`.
 */
export interface ElementwiseFunction {
  /** Numbers that shape it, by name; two at most. */
  readonly options?: Readonly<Record<string, NumberOption>>;
  value(x: number, options: Numbers): number;
  /** Written in the input x or in the output y, whichever is cheaper; not in both. */
  derivative(x: number, y: number, options: Numbers): number;
}

/** One that no numbers shape. */
export interface PlainFunction extends ElementwiseFunction {
  value(x: number): number;
  derivative(x: number, y: number): number;
}
