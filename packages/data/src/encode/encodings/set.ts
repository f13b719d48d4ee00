import type { Floats, Json } from '@fluxion/tensor';
import { wordListReader } from '../cells/wordLists.js';
import { Categories, type CategoriesTally } from './categories.js';
import {
  booleanRule,
  type ColumnMemory,
  type ColumnState,
  countRule,
  type EncodingDefinition,
  type EncodingDescription,
  textRule,
  wordsRule,
} from './encoding.js';
import { encodingOf } from './encodingOf.js';

/** Options of sets of words. */
export interface SetOptions {
  /** What stands between two words of a cell. Default `,`. */
  readonly separator?: string;
  /** The words that have a place of their own. By default the most frequent ones. */
  readonly categories?: readonly string[];
  /** How many words have one, at most. Default 100; where `categories` are given, as many. */
  readonly maxCategories?: number;
  /** How often a word has to come to have one. Default 2. */
  readonly minCount?: number;
  /** Whether a last number is 1 for a gap. By default where there were gaps when it was fitted. */
  readonly indicator?: boolean;
}

/** Description of sets of words. */
export interface WordSet extends EncodingDescription, SetOptions {
  readonly kind: 'set';
}

/**
 * Several words in a cell, as `Drama, Comedy`: a 1 in the place of each word, 0 in all others; after the places of the words
 * one for all other words. A list of words, as JSON has it, is taken too.
 *
 * @example
 * await fitEncoder(source, { target: 'rating', columns: { genres: set({ separator: '|' }) } });
 */
export function set(options: SetOptions = {}): WordSet {
  return encodingOf('set', options, 'maxCategories: 50');
}

/** How sets of words are made. */
export const setEncoding: EncodingDefinition<WordSet, readonly string[] | undefined> = {
  options: {
    separator: textRule,
    categories: wordsRule,
    maxCategories: countRule(0, 2 ** 16),
    minCount: countRule(1, 2 ** 31),
    indicator: booleanRule,
  },
  reader: ({ separator = ',' }) => wordListReader(separator),
  start: (description, memory) => new SetColumn(description, memory?.counts),
};

/** What has been seen of the column. */
interface Tally {
  readonly categories: CategoriesTally;
  readonly gaps: number;
}

class SetColumn implements ColumnState<readonly string[] | undefined, Tally> {
  readonly #separator: string;
  readonly #categories: Categories;
  #indicator: boolean | undefined;
  #gaps = 0;

  constructor({ separator = ',', indicator, ...options }: WordSet, counts: Float64Array | undefined) {
    this.#separator = separator;
    this.#indicator = indicator;
    this.#categories = new Categories(options, counts);
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    return {
      kind: 'set',
      separator: this.#separator,
      ...this.#categories.description,
      indicator: this.#indicator === true,
    };
  }

  get memory(): ColumnMemory {
    return { counts: this.#categories.counts };
  }

  get width(): number {
    return this.#categories.places + (this.#indicator === true ? 2 : 1);
  }

  see(cell: readonly string[] | undefined): void {
    if (cell === undefined) this.#gaps++;
    else for (const word of cell) this.#categories.see(word);
  }

  tally(): Tally {
    return { categories: this.#categories.tally(), gaps: this.#gaps };
  }

  merge({ categories, gaps }: Tally): void {
    this.#categories.merge(categories);
    this.#gaps += gaps;
  }

  settle(): void {
    // Who fits nothing does not know whether gaps will come.
    this.#indicator ??= this.#gaps > 0 || this.#categories.places === 0;
    this.#categories.settle();
  }

  encode(cell: readonly string[] | undefined, out: Floats, at: number): void {
    const { width } = this;
    out.fill(0, at, at + width);
    if (cell !== undefined) for (const word of cell) out[at + this.#categories.placeOf(word)] = 1;
    else if (this.#indicator === true) out[at + width - 1] = 1;
  }
}
