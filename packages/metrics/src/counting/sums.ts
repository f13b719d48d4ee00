import { type Tensor, tensor } from '@fluxion/tensor';
import type { Rows } from './rows.js';
import { savedElements, type Tally } from './tally.js';

/** A figure that follows from some sums over the examples, in which each example's terms count by its weight. */
export interface SumsDefinition<Value> {
  /** How many sums there are for predictions of so many numbers. */
  length(units: number): number;
  /** Adds the terms of one row, times its weight. */
  add(sums: Float64Array, rows: Rows, row: number, weight: number): void;
  /**
   * The figure.
   *
   * @param one the weight that an example of weight 1 has in the sums
   */
  value(sums: Float64Array, units: number, one: number): Value;
}

/** The tally of a metric that is a function of sums: most are. Merging adds, fading multiplies. */
export function sums<Value>(definition: SumsDefinition<Value>): (units: number) => Tally<Value> {
  return (units) => new Sums(definition, units);
}

class Sums<Value> implements Tally<Value> {
  readonly #definition: SumsDefinition<Value>;
  readonly #units: number;
  readonly #sums: Float64Array;

  constructor(definition: SumsDefinition<Value>, units: number) {
    this.#definition = definition;
    this.#units = units;
    this.#sums = new Float64Array(definition.length(units));
  }

  add(rows: Rows, row: number, weight: number): void {
    this.#definition.add(this.#sums, rows, row, weight);
  }

  merge(other: Sums<Value>): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = this.#at(i) + other.#at(i);
  }

  scale(factor: number): void {
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = this.#at(i) * factor;
  }

  value(one = 1): Value {
    return this.#definition.value(this.#sums, this.#units, one);
  }

  save(): ReadonlyMap<string, Tensor> {
    return new Map([['sums', tensor(this.#sums)]]);
  }

  restore(tensors: ReadonlyMap<string, Tensor>): void {
    this.#sums.set(savedElements(tensors, 'sums', this.#sums.length));
  }

  #at(i: number): number {
    return this.#sums[i] as number;
  }
}
