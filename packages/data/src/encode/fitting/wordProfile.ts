import type { CellReader } from '../cells/cellReader.js';
import { FormatSearch, type FormatTally, isMissing } from '../cells/numberFormat.js';
import { shortened } from '../cells/numbers.js';
import { DATE_ORDERS, type DateOrder, likelyOrder, textTime } from '../cells/times.js';
import { wordReader } from '../cells/words.js';
import { calendar } from '../encodings/calendar.js';
import type { EncodingDescription } from '../encodings/encoding.js';
import { definitionOf } from '../encodings/encodings.js';
import { hashed } from '../encodings/hashed.js';
import { set } from '../encodings/set.js';
import { tokens, wordsIn } from '../encodings/tokens.js';
import { NumberProfile, type NumberTally } from './numberProfile.js';
import { type Decision, oneHotDecision, type Profile, type Strays } from './profile.js';

/** Different words that have a place of their own, at most. */
const MOST = 256;
/** Where there are more, those that have one all the same, if they make up most of the cells. */
const TOP = 100;
/** Different words that are counted; beyond, a column has many. */
const COUNTED = 2 ** 16;
/** Characters of these, at most. */
const CHARACTERS = 2 ** 25;
/** With fewer rows, words may all be different by chance. */
const LEAST_ROWS = 10;
const SEPARATORS = ['|', ';', ','];
/** Cells that are no numbers, in a column that is one of numbers but for these, at most, and their share. */
const MOST_STRAYS = 10;
const STRAY_SHARE = 0.01;

/** The cells of a column as numbers. */
interface NumberReading {
  readonly search: FormatSearch;
  readonly profile: NumberProfile;
  /** How many are none, and the first of them. */
  strays: number;
  first?: Pick<Strays, 'cell' | 'row'> | undefined;
}

/** What has been seen of a column of words. */
interface WordTally {
  readonly counts: ReadonlyMap<string, number>;
  readonly gaps: number;
  readonly numbers: readonly {
    readonly decimal: string;
    readonly format: FormatTally;
    readonly profile: NumberTally;
    readonly strays: number;
    readonly first: NumberReading['first'];
  }[];
  readonly dates: readonly DateOrder[];
}

/** What a column of words is like: how many, how different, and whether they are numbers, dates, sets or texts. */
export class WordProfile implements Profile<string | undefined, WordTally> {
  readonly reader: CellReader<string | undefined> = wordReader((word) => word);
  readonly #counts = new Map<string, number>();
  /** Words seen while new ones were still counted. */
  #count = 0;
  #gaps = 0;
  #characters = 0;
  /**
   * As numbers, by what stands before their fraction, while all words are such but for a few; and as dates by the order of their
   * parts, while all are.
   */
  #numbers: NumberReading[] = (['.', ','] as const).map((decimal) => ({
    search: new FormatSearch(decimal),
    profile: new NumberProfile(),
    strays: 0,
  }));
  #dates: readonly DateOrder[] = DATE_ORDERS;

  see(cell: string | undefined, row: number): void {
    if (cell === undefined) {
      this.#gaps++;
      for (const { profile } of this.#numbers) profile.see(Number.NaN, row);
      return;
    }
    if (this.#numbers.length > 0) this.#seeNumber(cell, row);
    if (this.#dates.length > 0)
      this.#dates = this.#dates.filter((order) => !Number.isNaN(textTime(cell, order)));
    this.#countIn(cell, 1);
  }

  #countIn(word: string, times: number): void {
    const count = this.#counts.get(word);
    if (count === undefined) {
      if (this.#counts.size >= COUNTED || this.#characters >= CHARACTERS) return;
      this.#characters += word.length;
    }
    this.#counts.set(word, (count ?? 0) + times);
    this.#count += times;
  }

  #seeNumber(cell: string, row: number): void {
    const isGap = isMissing(cell);
    this.#numbers = this.#numbers.filter((reading) => {
      const number = isGap ? Number.NaN : reading.search.see(cell);
      if (number !== undefined) {
        reading.profile.see(number, row);
        return true;
      }
      reading.first ??= { cell, row };
      return ++reading.strays <= MOST_STRAYS;
    });
  }

  tally(): WordTally {
    return {
      counts: this.#counts,
      gaps: this.#gaps,
      numbers: this.#numbers.map(({ search, profile, strays, first }) => ({
        decimal: search.decimal,
        format: search.tally(),
        profile: profile.tally(),
        strays,
        first,
      })),
      dates: this.#dates,
    };
  }

  merge({ counts, gaps, numbers, dates }: WordTally): void {
    for (const [word, times] of counts) this.#countIn(word, times);
    this.#gaps += gaps;
    this.#numbers = this.#numbers.filter((reading) => {
      const { search, profile } = reading;
      const theirs = numbers.find(({ decimal }) => decimal === search.decimal);
      if (theirs === undefined || !search.merge(theirs.format)) return false;
      profile.merge(theirs.profile);
      reading.strays += theirs.strays;
      reading.first ??= theirs.first;
      return reading.strays <= MOST_STRAYS;
    });
    this.#dates = this.#dates.filter((order) => dates.includes(order));
  }

  decide(): Decision {
    const numbers = this.#numbers.find(({ strays }) => strays === 0);
    return numbers !== undefined && numbers.profile.count > 0
      ? this.#ofNumbers(numbers)
      : { ...this.#ofWords(), strays: this.#strays() };
  }

  /** The cells that are no numbers, where nearly all are. */
  #strays(): Strays | undefined {
    for (const { strays, first, profile } of this.#numbers) {
      const of = profile.count + strays;
      if (first !== undefined && strays <= STRAY_SHARE * of) return { count: strays, ...first, of };
    }
    return undefined;
  }

  #ofNumbers({ profile, search }: NumberReading): Decision {
    const decision = profile.decide(search.format);
    // The words themselves are the categories then, however the numbers are written.
    return 'state' in decision && decision.state.description.kind === 'oneHot'
      ? oneHotDecision([...this.#counts], this.#gaps, decision.why)
      : decision;
  }

  #ofWords(): Decision {
    const different = this.#counts.size;
    if (different === 0) return { leftOut: 'it is empty' };
    if (different === 1 && this.#gaps === 0) {
      return { leftOut: `it is '${shortened([...this.#counts.keys()][0] ?? '')}' in every row` };
    }
    const [first] = this.#counts.keys();
    const order = likelyOrder(this.#dates, first);
    if (order !== undefined) {
      return this.#seen(calendar(order === 'iso' ? {} : { order }), 'its words are dates');
    }
    const separator = this.#separator();
    if (separator !== undefined) {
      return this.#seen(set({ separator }), `its cells are several words each, with '${separator}' between`);
    }
    if (this.#isText()) return this.#seen(tokens(), 'its cells are texts');
    if (different === this.#count && different >= LEAST_ROWS) {
      return { leftOut: 'all its words are different, so they identify the row' };
    }
    if (different <= MOST) {
      return oneHotDecision([...this.#counts], this.#gaps, `it has ${different} different words`);
    }
    const why = `it has ${different >= COUNTED || this.#characters >= CHARACTERS ? 'more than ' : ''}${different} different words`;
    const top = [...this.#counts].sort(([, m], [, n]) => n - m).slice(0, TOP);
    if (top.reduce((sum, [, count]) => sum + count, 0) >= 0.8 * this.#count) {
      return oneHotDecision(top, this.#gaps, `${why}, of which ${TOP} make up most cells`);
    }
    const bits = Math.min(10, Math.max(8, Math.ceil(Math.log2(different))));
    return this.#seen(hashed({ bits }), why);
  }

  /** The encoding as it is when it has seen all cells. */
  #seen(description: EncodingDescription, why: string): Decision {
    const definition = definitionOf(description);
    const state = definition.start(description);
    const reader = definition.reader(description);
    for (const [word, count] of this.#counts) {
      const cell = reader.ofValue(word, {});
      for (let i = 0; i < count; i++) state.see(cell);
    }
    if (this.#gaps > 0) state.see(reader.ofValue(null, {}));
    state.settle();
    return { reader, state, why };
  }

  /** What stands between the words of a cell: splitting by it leaves fewer words, which come again. */
  #separator(): string | undefined {
    return SEPARATORS.find((separator) => {
      const parts = new Map<string, number>();
      let several = 0;
      for (const cell of this.#counts.keys()) {
        if (cell.includes(separator)) several++;
        for (const part of cell.split(separator)) parts.set(part.trim(), (parts.get(part.trim()) ?? 0) + 1);
        if (parts.size > MOST) return false;
      }
      return several >= 0.2 * this.#counts.size && parts.size > 1 && parts.size < this.#counts.size;
    });
  }

  /** Whether cells have several words, many of which come again in others. */
  #isText(): boolean {
    if (this.#counts.size < LEAST_ROWS) return false;
    const words = new Set<string>();
    let count = 0;
    let cells = 0;
    for (const cell of this.#counts.keys()) {
      for (const word of wordsIn(cell)) {
        words.add(word);
        count++;
      }
      if (++cells === 10_000) break;
    }
    return count >= 3 * cells && words.size < 0.7 * count && this.#counts.size > MOST / 4;
  }
}
