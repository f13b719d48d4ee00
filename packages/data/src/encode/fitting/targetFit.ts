import { DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import type { RowFilter } from '../../order/holdOut.js';
import { FormatSearch, type FormatTally, type NumberFormat } from '../cells/numberFormat.js';
import { numbers, shortened } from '../cells/numbers.js';
import { DATE_ORDERS, type DateOrder, textTime } from '../cells/times.js';
import { wordReader } from '../cells/words.js';
import type { Column } from '../column.js';
import { numberTarget, type Target } from '../encoder/target.js';
import { compareWords } from '../encodings/compareWords.js';
import type { Mergeable } from '../mergeable.js';
import { Shape, type ShapeTally } from './shape.js';

/** Different whole numbers up to which a column of them is taken for classes. */
const MOST_NUMBERED = 20;
/** Far more than a model has outputs: such a column identifies rows. */
const MOST_CLASSES = 2 ** 16;

const words = wordReader((word) => word);

/** What has been seen of a target. */
interface TargetTally {
  readonly shape: ShapeTally;
  readonly count: number;
  readonly names: ReadonlySet<string> | undefined;
  readonly readings: readonly {
    readonly decimal: string;
    readonly format: FormatTally;
    readonly shape: ShapeTally;
  }[];
  readonly dates: readonly DateOrder[];
}

/**
 * Goes through a target: the names of its classes, which are those of all rows, so that none is unknown when the model is
 * validated; or the mean and deviation of the rows that count.
 */
export class TargetFit implements Mergeable<TargetTally> {
  readonly column: Column;
  readonly #kind: Target['kind'] | undefined;
  readonly #isLog: boolean;
  readonly #shape = new Shape();
  /** Cells that are no gap. */
  #count = 0;
  /** All words so far; undefined where there are too many numbers to be classes. */
  #names: Set<string> | undefined = new Set();
  /** How words so far are read as numbers, and these; none where not all words are numbers. */
  #readings = (['.', ','] as const).map((decimal) => ({
    search: new FormatSearch(decimal),
    shape: new Shape(),
  }));
  /** Whether it is a column of numbers, or of words that are. */
  readonly #mayBeNumbers: boolean;
  /** How the words so far are read as dates; none where not all are, or somebody has said what they are. */
  #dates: readonly DateOrder[];

  /** @param kind what it is, where that has been said */
  constructor(column: Column, given: TargetMeaning | undefined) {
    const kind = given === 'amount' ? 'number' : given;
    this.column = column;
    this.#kind = kind;
    this.#isLog = given === 'amount';
    this.#mayBeNumbers = kind !== 'classes' && !DataType.isBool(valueType(column.type));
    this.#dates = kind === undefined ? DATE_ORDERS : [];
    if (kind === 'number') this.#names = undefined;
  }

  /**
   * Takes in a block and returns its cells, which tell rows of one class from those of others; undefined or NaN is a gap.
   *
   * @param keeps whether the row with this place in the block counts
   * @throws {DataError} with the row, for a value that is not of the kind that was said.
   */
  async see(data: Data, keeps: RowFilter): Promise<ArrayLike<unknown>> {
    const place = { column: this.column.name };
    const isText = !isNumeric(valueType(this.column.type));
    if (!isText && this.#kind !== 'classes') {
      const cells = await numbers.ofColumn(data, place);
      for (let row = 0; row < cells.length; row++) {
        const cell = cells[row] as number;
        if (Number.isNaN(cell)) continue;
        this.#count++;
        if (keeps(row)) this.#shape.see(cell);
        if (this.#names === undefined) continue;
        if (Number.isInteger(cell)) this.#addNumber(String(cell));
        else this.#names = undefined;
      }
      return cells;
    }
    const cells = await words.ofColumn(data, place);
    for (let row = 0; row < cells.length; row++) {
      const cell = cells[row];
      if (cell === undefined) continue;
      this.#count++;
      const areWordsOnly = this.#dates.length === 0 && (!this.#mayBeNumbers || this.#readings.length === 0);
      if (areWordsOnly && this.#names?.has(cell)) continue;
      this.#seeWord(cell, keeps(row), { ...place, row });
    }
    return cells;
  }

  #addNumber(name: string): void {
    if ((this.#names?.add(name).size ?? 0) > MOST_NUMBERED) this.#names = undefined;
  }

  #seeWord(word: string, counts: boolean, place: DataPlace): void {
    if (this.#dates.length > 0) {
      this.#dates = this.#dates.filter((order) => !Number.isNaN(textTime(word, order)));
    }
    this.#addWord(word, place);
    if (!this.#mayBeNumbers) return;
    this.#readings = this.#readings.filter(({ search, shape }) => {
      const number = search.see(word);
      if (number !== undefined && counts) shape.see(number);
      return number !== undefined;
    });
    if (this.#kind === 'number' && this.#readings.length === 0) {
      throw new DataError(
        `expected a number, got '${shortened(word)}'; correct it, or remove the row`,
        place,
      );
    }
  }

  #addWord(word: string, place: DataPlace): void {
    if ((this.#names?.add(word).size ?? 0) <= MOST_CLASSES) return;
    throw new DataError(
      `expected at most ${MOST_CLASSES} classes, got more; name another target, or say that it is a number`,
      place,
    );
  }

  tally(): TargetTally {
    return {
      shape: this.#shape.tally(),
      count: this.#count,
      names: this.#names,
      readings: this.#readings.map(({ search, shape }) => ({
        decimal: search.decimal,
        format: search.tally(),
        shape: shape.tally(),
      })),
      dates: this.#dates,
    };
  }

  /** @throws {DataError} when there are more classes in all than can be, or numbers are written in different ways. */
  merge({ shape, count, names, readings, dates }: TargetTally): void {
    const { name: column, type } = this.column;
    this.#shape.merge(shape);
    this.#count += count;
    const areNumbers = isNumeric(valueType(type)) && this.#kind !== 'classes';
    if (names === undefined) this.#names = undefined;
    for (const name of names ?? []) {
      if (areNumbers) this.#addNumber(name);
      else this.#addWord(name, { column });
    }
    this.#readings = this.#readings.filter(({ search, shape }) => {
      const theirs = readings.find(({ decimal }) => decimal === search.decimal);
      if (theirs === undefined || !search.merge(theirs.format)) return false;
      shape.merge(theirs.shape);
      return true;
    });
    this.#dates = this.#dates.filter((order) => dates.includes(order));
    if (this.#kind === 'number' && this.#readings.length === 0) {
      throw new DataError(
        'expected numbers that are all written in one way, got different ones; correct them',
        {
          column,
        },
      );
    }
  }

  #number(shape = this.#shape, format?: NumberFormat): Target {
    const column = this.column.name;
    if (this.#isLog && !(shape.least >= 0 && shape.moments.mean > 0)) {
      throw new DataError(
        `expected amounts, numbers from 0 on and not all 0, got ${shape.least}; say that it is a number`,
        { column },
      );
    }
    return numberTarget(column, shape, this.#isLog, format);
  }

  /**
   * What it is, by the rows seen.
   *
   * @throws {DataError} when it holds times, and nobody has said what to make of them.
   */
  target(): Target {
    const { name, type } = this.column;
    const names = this.#names;
    const [reading] = this.#readings;
    const isText = !isNumeric(valueType(type));
    if (this.#dates.length > 0 && isText && this.#count > 0) {
      throw new DataError(
        'expected classes or numbers to predict, got dates; predict a number in their place, as the days since another date, or name another target',
        { column: name },
      );
    }
    // Numbers that hardly ever come twice are no classes either.
    const areFew = names !== undefined && names.size <= Math.min(MOST_NUMBERED, this.#count / 2);
    const isNumber =
      this.#kind === 'number' ||
      (this.#kind === undefined && this.#mayBeNumbers && reading !== undefined && !areFew) ||
      names === undefined;
    return isNumber
      ? this.#number(isText ? reading?.shape : undefined, isText ? reading?.search.format : undefined)
      : { kind: 'classes', column: name, classes: [...(names as Set<string>)].sort(compareWords) };
  }
}

/** What a target may be said to be: classes, a number, or an amount, a number from 0 on of any order of magnitude. */
export type TargetMeaning = Target['kind'] | 'amount';

/** The type of the values, where a column has codes for them. */
export function valueType(type: DataType): DataType {
  return DataType.isDictionary(type) ? valueType(type.dictionary) : type;
}

/** Whether a type is one of numbers that are no times. */
export function isNumeric(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
}
