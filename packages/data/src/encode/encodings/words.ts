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
import { wordsIn } from './tokens.js';

/** Options of a text as a sequence of words. */
export interface WordsOptions extends CategoryOptions {
  /** How many words of a text count: the first. Default: as many as the longest text seen has, 256 at most. */
  readonly length?: number;
}

/** Description of a text as a sequence of words. */
export interface Words extends EncodingDescription, WordsOptions {
  readonly kind: 'words';
}

const WORDS = 10_000;
const LONGEST = 256;
/** Words of a text where none was seen. */
const LENGTH = 64;

/**
 * A text as the sequence of its words by number, for an `embedding` box and a recurrent one, attention or a convolution on
 * it: an input of its own, under the name of the column, of shape [length], with −1 after the last word, which is its mask.
 * After the numbers of the words, 10,000 at most by default, comes one for all other words. Words are runs of letters and
 * digits of any script, in lower case. A gap is one other word.
 *
 * @example
 * const encoder = await fitEncoder(source, { target: 'spam', columns: { text: words({ length: 100 }) } });
 * encoder.inputs.text; // { shape: [100], indices: 10001, masked: true }
 * sequential([embedding(32), gru(32), linear(2)], { encoder });
 */
export function words(options: WordsOptions = {}): Words {
  return encodingOf('words', options, 'maxCategories: 50');
}

type Cell = readonly string[] | undefined;

/** What has been seen of the column. */
interface Tally {
  readonly categories: CategoriesTally;
  readonly longest: number;
}

/** How texts become sequences. */
export const wordsEncoding: EncodingDefinition<Words, Cell> = {
  options: {
    categories: wordsRule,
    maxCategories: countRule(0, 2 ** 20),
    minCount: countRule(1, 2 ** 31),
    length: countRule(1, 2 ** 16),
  },
  reader: () => wordReader(wordsIn),
  start: (description, memory) => new WordsColumn(description, memory),
};

class WordsColumn implements ColumnState<Cell, Tally> {
  readonly masked = true;
  readonly #categories: Categories;
  readonly #longest: Float64Array;
  #length: number | undefined;

  constructor({ length, maxCategories = WORDS, ...options }: Words, memory: ColumnMemory | undefined) {
    this.#categories = new Categories({ maxCategories, ...options }, memory?.counts);
    this.#longest = memory?.longest ?? new Float64Array(1);
    this.#length = length;
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    return { kind: 'words', ...this.#categories.description, length: this.width };
  }

  get memory(): ColumnMemory {
    return { counts: this.#categories.counts, longest: this.#longest };
  }

  get width(): number {
    return this.#length ?? LENGTH;
  }

  /** One more for other words. */
  get indices(): number {
    return this.#categories.places + 1;
  }

  see(cell: Cell = []): void {
    for (const word of cell) this.#categories.see(word);
    this.#longest[0] = Math.max(this.#longest[0] as number, cell.length);
  }

  tally(): Tally {
    return { categories: this.#categories.tally(), longest: this.#longest[0] as number };
  }

  merge({ categories, longest }: Tally): void {
    this.#categories.merge(categories);
    this.#longest[0] = Math.max(this.#longest[0] as number, longest);
  }

  settle(): void {
    this.#categories.settle();
    this.#length ??= Math.min(LONGEST, this.#longest[0] as number) || LENGTH;
  }

  encode(cell: Cell, out: Floats | Int32Array, at: number): void {
    const { width } = this;
    // Without a word nothing would count, which no sequence can be.
    if (cell === undefined || cell.length === 0) {
      out.fill(-1, at, at + width);
      out[at] = this.#categories.places;
      return;
    }
    for (let i = 0; i < width; i++) {
      out[at + i] = i < cell.length ? this.#categories.placeOf(cell[i] as string) : -1;
    }
  }
}
