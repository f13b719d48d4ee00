import type { Floats, Json } from '@fluxion/tensor';
import { wordReader } from '../cells/words.js';
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

/** Options of one-hot words. */
export interface OneHotOptions {
  /** The words that have a place of their own. By default the most frequent ones. */
  readonly categories?: readonly string[];
  /** How many words have one, at most. Default 100; where `categories` are given, as many. */
  readonly maxCategories?: number;
  /** How often a word has to come to have one. Default 2. */
  readonly minCount?: number;
  /** The word that a gap is taken for, or `'mostFrequent'`. By default a gap stays one. */
  readonly missing?: string;
  /** Whether gaps have a place of their own; if not, they share that of other words. By default where there were gaps. */
  readonly indicator?: boolean;
}

/** Description of one-hot words. */
export interface OneHot extends EncodingDescription, OneHotOptions {
  readonly kind: 'oneHot';
}

/**
 * Words as a 1 in the place of the word and 0 in all others. After the places of the words comes one for all other words,
 * those too rare for a place and those never seen, and then one for gaps.
 *
 * Numbers and booleans are taken as words too. *Online*, a new word takes the next free place of `maxCategories`.
 *
 * @example
 * await fitEncoder(source, { target: 'income', columns: { city: oneHot({ maxCategories: 50 }) } });
 */
export function oneHot(options: OneHotOptions = {}): OneHot {
  return encodingOf('oneHot', options, 'maxCategories: 50');
}

/** How one-hot words are made. */
export const oneHotEncoding: EncodingDefinition<OneHot, string | undefined> = {
  options: {
    categories: wordsRule,
    maxCategories: countRule(0, 2 ** 16),
    minCount: countRule(1, 2 ** 31),
    missing: textRule,
    indicator: booleanRule,
  },
  reader: () => wordReader((word) => word),
  start: (description, memory) => new OneHotColumn(description, memory?.counts),
};

/** What has been seen of the column. */
interface Tally {
  readonly categories: CategoriesTally;
  readonly gaps: number;
}

class OneHotColumn implements ColumnState<string | undefined, Tally> {
  readonly #given: OneHot;
  readonly #categories: Categories;
  #indicator: boolean | undefined;
  #gaps = 0;

  constructor(description: OneHot, counts: Float64Array | undefined) {
    this.#given = description;
    this.#indicator = description.indicator;
    this.#categories = new Categories(description, counts);
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    const { missing } = this.#given;
    return {
      kind: 'oneHot',
      ...this.#categories.description,
      indicator: this.#indicator === true,
      ...(missing === undefined ? {} : { missing }),
    };
  }

  get memory(): ColumnMemory {
    return { counts: this.#categories.counts };
  }

  get width(): number {
    return this.#categories.places + (this.#indicator === true ? 2 : 1);
  }

  see(cell: string | undefined): void {
    if (cell === undefined) this.#gaps++;
    else this.#categories.see(cell);
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

  encode(cell: string | undefined, out: Floats, at: number): void {
    const { width } = this;
    for (let i = 0; i < width; i++) out[at + i] = 0;
    const word = cell ?? this.#missing();
    out[at + (word === undefined ? width - 1 : this.#categories.placeOf(word))] = 1;
  }

  #missing(): string | undefined {
    const { missing } = this.#given;
    return missing === 'mostFrequent' ? this.#categories.mostFrequent() : missing;
  }
}
