import type { Mergeable } from '../mergeable.js';
import { compareWords } from './compareWords.js';

/** Which words have a place of their own. */
export interface CategoryOptions {
  /** The words that have one. By default the most frequent ones. */
  readonly categories?: readonly string[];
  /** How many words have one, at most. Default 100; where `categories` are given, as many. */
  readonly maxCategories?: number;
  /** How often a word has to come to have one. Default 2. */
  readonly minCount?: number;
}

const MAX_CATEGORIES = 100;
const MIN_COUNT = 2;

/** Words in the order in which they came, and how often each did. */
export interface CategoriesTally {
  readonly words: readonly string[];
  readonly counts: readonly number[];
}

/** Words that have a place, and how often each was seen. */
export class Categories implements Mergeable<CategoriesTally> {
  readonly #maxCategories: number;
  readonly #minCount: number;
  readonly #places = new Map<string, number>();
  /** Of each word, by its place; before `settle`, of all words. */
  readonly #counts: number[] = [];
  #settled: number | undefined;

  constructor({ categories, maxCategories, minCount = MIN_COUNT }: CategoryOptions, counts?: Float64Array) {
    this.#maxCategories = maxCategories ?? MAX_CATEGORIES;
    this.#minCount = minCount;
    if (categories === undefined) return;
    for (const [place, word] of categories.entries()) {
      this.#places.set(word, place);
      this.#counts.push(counts?.[place] ?? 0);
    }
    // Online, more may come where places are left.
    this.#settled = Math.max(categories.length, maxCategories ?? 0);
  }

  /** Number of places. */
  get places(): number {
    return this.#settled ?? this.#places.size;
  }

  get description(): {
    readonly categories: readonly string[];
    readonly maxCategories: number;
    readonly minCount: number;
  } {
    return { categories: [...this.#places.keys()], maxCategories: this.places, minCount: this.#minCount };
  }

  get counts(): Float64Array {
    return Float64Array.from(this.#counts);
  }

  see(word: string, times = 1): void {
    const place = this.#places.get(word);
    if (place !== undefined) this.#counts[place] = (this.#counts[place] as number) + times;
    else if (this.#settled === undefined || this.#places.size < this.#settled) {
      this.#places.set(word, this.#places.size);
      this.#counts.push(times);
    }
  }

  tally(): CategoriesTally {
    return { words: [...this.#places.keys()], counts: this.#counts };
  }

  merge({ words, counts }: CategoriesTally): void {
    for (const [place, word] of words.entries()) this.see(word, counts[place]);
  }

  /** Keeps the most frequent words, sorted; where none was seen, all places are free. */
  settle(): void {
    if (this.#settled !== undefined) return;
    if (this.#places.size === 0) {
      this.#settled = this.#maxCategories;
      return;
    }
    const counted = [...this.#places].map(([word, place]) => [word, this.#counts[place] as number] as const);
    const kept = counted
      .filter(([, count]) => count >= this.#minCount)
      .sort(([a, m], [b, n]) => n - m || compareWords(a, b))
      .slice(0, this.#maxCategories)
      .sort(([a], [b]) => compareWords(a, b));
    this.#places.clear();
    this.#counts.length = 0;
    for (const [place, [word, count]] of kept.entries()) {
      this.#places.set(word, place);
      this.#counts.push(count);
    }
    this.#settled = kept.length;
  }

  /** The word's place, or the one after all words. */
  placeOf(word: string): number {
    return this.#places.get(word) ?? this.places;
  }

  mostFrequent(): string | undefined {
    let best: string | undefined;
    let most = 0;
    for (const [word, place] of this.#places) {
      const count = this.#counts[place] as number;
      if (count <= most) continue;
      best = word;
      most = count;
    }
    return best;
  }
}
