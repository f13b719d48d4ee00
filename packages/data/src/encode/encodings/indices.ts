import type { Floats, Json } from '@fluxion/tensor';
import { wordReader } from '../cells/words.js';
import { Categories, type CategoriesTally, type CategoryOptions } from './categories.js';
import {
  type ColumnMemory,
  type ColumnState,
  countRule,
  type EncodingDefinition,
  type EncodingDescription,
  wordsRule,
} from './encoding.js';
import { encodingOf } from './encodingOf.js';

/** Description of words by number. */
export interface Indices extends EncodingDescription, CategoryOptions {
  readonly kind: 'indices';
}

/**
 * Words by number, for an `embedding` box, which learns a vector for each: an input of its own, under the name of the column,
 * of shape [1]. After the numbers of the words come one for all other words, those too rare and those never seen, and one for
 * gaps. In a chain, `sequential` begins with a linear map of all inputs, where each word has a row.
 *
 * @example
 * const encoder = await fitEncoder(source, { target: 'rating', columns: { film: indices({ maxCategories: 5000 }) } });
 * encoder.inputs.film; // { shape: [1], indices: 5002 }
 */
export function indices(options: CategoryOptions = {}): Indices {
  return encodingOf('indices', options, 'maxCategories: 50');
}

/** How words are numbered. */
export const indicesEncoding: EncodingDefinition<Indices, string | undefined> = {
  options: {
    categories: wordsRule,
    maxCategories: countRule(0, 2 ** 20),
    minCount: countRule(1, 2 ** 31),
  },
  reader: () => wordReader((word) => word),
  start: (description, memory) => new IndicesColumn(description, memory?.counts),
};

class IndicesColumn implements ColumnState<string | undefined, CategoriesTally> {
  readonly width = 1;
  readonly #categories: Categories;

  constructor(options: Indices, counts: Float64Array | undefined) {
    this.#categories = new Categories(options, counts);
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    return { kind: 'indices', ...this.#categories.description };
  }

  get memory(): ColumnMemory {
    return { counts: this.#categories.counts };
  }

  /** One more for other words, and one for gaps. */
  get indices(): number {
    return this.#categories.places + 2;
  }

  see(cell: string | undefined): void {
    if (cell !== undefined) this.#categories.see(cell);
  }

  tally(): CategoriesTally {
    return this.#categories.tally();
  }

  merge(tally: CategoriesTally): void {
    this.#categories.merge(tally);
  }

  settle(): void {
    this.#categories.settle();
  }

  encode(cell: string | undefined, out: Floats | Int32Array, at: number): void {
    out[at] = cell === undefined ? this.#categories.places + 1 : this.#categories.placeOf(cell);
  }
}
