import { FormatSearch, isMissing } from './numberFormat.js';
import { DATE_ORDERS, type DateOrder, textTime } from './times.js';

/** One way to read words as numbers or times, and between which bounds they then lie. */
interface Reading<How> {
  readonly how: How;
  min: number;
  max: number;
}

/**
 * Finds out whether the words of a column are all numbers, or all dates, however people write them, and between which bounds these lie.
 *
 * @example
 * const range = new WrittenRange();
 * for (const word of ['$1,200', '$35', '-']) range.see(word);
 * range.found; // { min: 35, max: 1200, missing: 1 }
 */
export class WrittenRange {
  /** The ways in which all words so far can be read. */
  #numbers: readonly Reading<FormatSearch>[] = (['.', ','] as const).map((decimal) =>
    unbounded(new FormatSearch(decimal)),
  );
  #dates: readonly Reading<DateOrder>[] = DATE_ORDERS.map(unbounded);
  #missing = 0;

  /** Takes in a word. */
  see(word: string): void {
    if (this.#numbers.length === 0 && this.#dates.length === 0) return;
    this.#dates = this.#dates.filter((reading) => takes(reading, textTime(word, reading.how)));
    if (isMissing(word)) this.#missing++;
    else this.#numbers = this.#numbers.filter((reading) => takes(reading, reading.how.see(word)));
  }

  /** Times as ISO 8601; how many words say that a number is missing, as a dash. Undefined where words are neither, or none was seen. */
  get found():
    | { readonly min: number | string; readonly max: number | string; readonly missing: number }
    | undefined {
    const [number] = this.#numbers;
    const [date] = this.#dates;
    if (number !== undefined && number.min <= number.max) {
      return { min: number.min, max: number.max, missing: this.#missing };
    }
    if (date === undefined || date.min > date.max) return undefined;
    const [min = '', max = ''] = [date.min, date.max].map((time) => new Date(time).toISOString());
    return { min, max, missing: 0 };
  }
}

function unbounded<How>(how: How): Reading<How> {
  return { how, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
}

function takes(reading: Reading<unknown>, value: number | undefined): boolean {
  if (value === undefined || Number.isNaN(value)) return false;
  reading.min = Math.min(reading.min, value);
  reading.max = Math.max(reading.max, value);
  return true;
}
