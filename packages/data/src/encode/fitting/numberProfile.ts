import type { CellReader } from '../cells/cellReader.js';
import type { NumberFormat } from '../cells/numberFormat.js';
import { formattedNumbers, numbers } from '../cells/numbers.js';
import type { ColumnState } from '../encodings/encoding.js';
import { definitionOf } from '../encodings/encodings.js';
import { mergeCells } from '../encodings/numericColumn.js';
import { quantile } from '../encodings/quantile.js';
import { symlogOf } from '../encodings/symlog.js';
import { type Decision, oneHotDecision, type Profile } from './profile.js';
import { Shape, type ShapeTally } from './shape.js';

/** Different whole numbers up to which a column of them is taken for categories. */
const MOST_CATEGORIES = 10;
/** Numbers a row, up to which whole numbers that rise are taken for a count from which rows have been removed. */
const SPARSE = 1.5;
/** Skewness up to which logarithms are better than what they are of. */
const MOST_SKEWED = 1;

/** What has been seen of a column of numbers. */
export interface NumberTally {
  /** Numbers, gaps and the mean. */
  readonly cells: Float64Array;
  readonly values: ShapeTally;
  readonly logs: ShapeTally;
  readonly quantile: unknown;
  readonly counts: ReadonlyMap<number, number> | undefined;
  /** The first and the last number, and their rows. */
  readonly first: number;
  readonly last: number;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly isConstant: boolean;
  readonly isCounter: boolean;
}

/** What a column of numbers is like: how many, how different, how skewed. The scales in question are fitted along. */
export class NumberProfile implements Profile<number, NumberTally> {
  readonly reader: CellReader<number> = numbers;
  /** Numbers, gaps and the mean, as each encoding of numbers counts them. */
  readonly #cells = new Float64Array(3);
  readonly #values = new Shape();
  readonly #logs = new Shape();
  readonly #quantile = definitionOf(quantile()).start(quantile()) as ColumnState<number>;
  /** How often each number came; undefined where they are many, or not whole. */
  #counts: Map<number, number> | undefined = new Map();
  #first = Number.NaN;
  #last = Number.NaN;
  #firstRow = 0;
  #lastRow = 0;
  #isConstant = true;
  #isCounter = true;

  see(cell: number, row: number): void {
    const cells = this.#cells;
    if (Number.isNaN(cell)) {
      cells[1] = this.#gaps + 1;
      return;
    }
    const count = this.count + 1;
    cells[0] = count;
    cells[2] = (cells[2] as number) + (cell - (cells[2] as number)) / count;
    this.#quantile.see(cell);
    this.#values.see(cell);
    this.#logs.see(symlogOf(cell));
    if (count === 1) {
      this.#first = cell;
      this.#firstRow = row;
    } else {
      this.#isCounter &&= cell > this.#last && Number.isInteger(cell);
      this.#isConstant &&= cell === this.#first;
    }
    this.#last = cell;
    this.#lastRow = row;
    this.#seeTimes(cell, 1);
  }

  #seeTimes(cell: number, times: number): void {
    if (this.#counts === undefined) return;
    this.#counts.set(cell, (this.#counts.get(cell) ?? 0) + times);
    if (this.#counts.size > MOST_CATEGORIES || !Number.isInteger(cell)) this.#counts = undefined;
  }

  tally(): NumberTally {
    return {
      cells: this.#cells,
      values: this.#values.tally(),
      logs: this.#logs.tally(),
      quantile: this.#quantile.tally(),
      counts: this.#counts,
      ...{ first: this.#first, last: this.#last, firstRow: this.#firstRow, lastRow: this.#lastRow },
      ...{ isConstant: this.#isConstant, isCounter: this.#isCounter },
    };
  }

  merge(theirs: NumberTally): void {
    const isFirst = this.count === 0;
    mergeCells(this.#cells, theirs.cells);
    if (theirs.cells[0] === 0) return;
    this.#quantile.merge(theirs.quantile);
    this.#values.merge(theirs.values);
    this.#logs.merge(theirs.logs);
    const { first, last, firstRow, lastRow, isConstant, isCounter, counts } = theirs;
    this.#isConstant &&= isConstant && (isFirst || first === this.#first);
    this.#isCounter &&= isCounter && (isFirst || (first > this.#last && Number.isInteger(first)));
    if (isFirst) {
      this.#first = first;
      this.#firstRow = firstRow;
    }
    this.#last = last;
    this.#lastRow = lastRow;
    if (counts === undefined) this.#counts = undefined;
    else for (const [cell, times] of counts) this.#seeTimes(cell, times);
  }

  /** Numbers seen that are no gaps. */
  get count(): number {
    return this.#cells[0] as number;
  }

  get #gaps(): number {
    return this.#cells[1] as number;
  }

  /** @param format of the numbers, where they are text that is not plain */
  decide(format?: NumberFormat): Decision {
    if (this.count === 0) return { leftOut: 'it is empty' };
    if (this.#isConstant && this.#gaps === 0) return { leftOut: `it is ${this.#first} in every row` };
    // Rows that are held out are not seen, but have been counted.
    const [span, rows] = [this.#last - this.#first, this.#lastRow - this.#firstRow];
    if (this.#isCounter && this.#gaps === 0 && this.count > MOST_CATEGORIES && span < SPARSE * (rows + 1)) {
      return { leftOut: 'it counts the rows' };
    }
    const counts = this.#counts;
    if (counts !== undefined && this.count >= 2 * counts.size) {
      const words = [...counts].map(([number, count]) => [String(number), count] as const);
      return oneHotDecision(words, this.#gaps, `it has ${counts.size} different whole numbers`);
    }
    const [values, logs] = [this.#values, this.#logs];
    if (!values.isSkewed && !values.isHeavy) {
      return this.#scaled('standardize', values.moments.memory, 'its numbers lie about their mean', format);
    }
    const why = values.isSkewed
      ? `its numbers are skewed (skewness ${values.skewness.toPrecision(2)})`
      : `its numbers have long tails (kurtosis ${values.kurtosis.toPrecision(2)})`;
    return Math.abs(logs.skewness) <= MOST_SKEWED && !logs.isHeavy
      ? this.#scaled('symlog', logs.moments.memory, `${why}, their logarithms less`, format)
      : this.#scaled('quantile', this.#quantile.memory.scaling as Float64Array, why, format);
  }

  #scaled(kind: string, scaling: Float64Array, why: string, format: NumberFormat | undefined): Decision {
    const description = { kind, ...(format && { format }) };
    const state = definitionOf(description).start(description, { cells: this.#cells, scaling });
    state.settle();
    return { reader: formattedNumbers(format), state, why };
  }
}
