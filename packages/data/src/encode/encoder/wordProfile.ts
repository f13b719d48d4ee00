import type { CellReader } from '../cells/cellReader.js';
import { wordReader } from '../cells/words.js';
import { categories } from './numberProfile.js';
import type { Decision, Profile } from './profile.js';

/** Different words that have a place of their own, at most. */
const MOST = 100;
/** Different words that are counted; beyond, a column has many. */
const COUNTED = 2 ** 16;
/** With fewer rows, words may all be different by chance. */
const LEAST_ROWS = 10;

/** What a column of words is like: how many and how different. */
export class WordProfile implements Profile<string | undefined> {
  readonly reader: CellReader<string | undefined> = wordReader((word) => word);
  readonly #counts = new Map<string, number>();
  /** Words seen while new ones were still counted. */
  #count = 0;
  #gaps = 0;

  see(cell: string | undefined): void {
    if (cell === undefined) {
      this.#gaps++;
      return;
    }
    const count = this.#counts.get(cell);
    if (count === undefined && this.#counts.size >= COUNTED) return;
    this.#counts.set(cell, (count ?? 0) + 1);
    this.#count++;
  }

  decide(): Decision {
    const different = this.#counts.size;
    if (different === 0) return { leftOut: 'it is empty' };
    if (different === 1 && this.#gaps === 0) {
      return { leftOut: `it is '${[...this.#counts.keys()][0]}' in every row` };
    }
    if (different === this.#count && different >= LEAST_ROWS) {
      return { leftOut: 'all its words are different, so they identify the row' };
    }
    if (different <= MOST)
      return categories([...this.#counts], this.#gaps, `it has ${different} different words`);
    const top = [...this.#counts].sort(([, m], [, n]) => n - m).slice(0, MOST);
    return categories(
      top,
      this.#gaps,
      `it has ${different} different words, the ${MOST} most frequent have a place`,
    );
  }
}
