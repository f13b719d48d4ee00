import { elements, type Floats, OptionError, type Tensor } from '@fluxion/tensor';
import type { Rows } from './rows.js';

/** What is counted of examples, and the figure that follows from it. It is the inside of a metric. */
export interface Tally<Value> {
  /** Counts one row as often as its weight says. */
  add(rows: Rows, row: number, weight: number): void;
  /** Adds what another tally of the same metric has counted. */
  merge(other: Tally<Value>): void;
  /** Multiplies the weight of everything counted so far. */
  scale(factor: number): void;
  /**
   * The figure. It changes nothing.
   *
   * @param one the weight that an example of weight 1 has been counted with: not 1 where older examples fade
   */
  value(one?: number): Value;
  /** The state, by name. It is the live one. */
  save(): ReadonlyMap<string, Tensor>;
  /** Takes over a saved state. */
  restore(tensors: ReadonlyMap<string, Tensor>): void;
}

/**
 * The numbers of a tensor that was saved.
 *
 * @throws {OptionError} when it is missing, or has not `length` numbers.
 */
export function savedElements(tensors: ReadonlyMap<string, Tensor>, name: string, length?: number): Floats {
  const saved = tensors.get(name);
  if (saved === undefined || (length !== undefined && saved.size !== length)) {
    throw new OptionError(
      `metric restore '${name}': expected ${length ?? 'its'} numbers, got ${saved?.size ?? 'none'}; give what save() returned`,
    );
  }
  return elements(saved);
}
