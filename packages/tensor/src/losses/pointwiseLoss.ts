import type { NumberOption, Numbers } from '../numberOption.js';

/**
 * A loss that is a sum over the elements of an example, of a term in the output and the target. What stands in the table
 * is compiled to SIMD from this source, as elementwise functions are.
 */
export interface PointwiseLoss {
  /** Numbers that shape it, by name; two at most. */
  readonly options?: Readonly<Record<string, NumberOption>>;
  term(output: number, target: number, options: Numbers): number;
  /** ∂term/∂output. */
  slope(output: number, target: number, options: Numbers): number;
}
