import type { CellReader } from '../cells/cellReader.js';
import type { NumberFormat } from '../cells/numberFormat.js';
import { formattedNumbers, numbers } from '../cells/numbers.js';
import type { ColumnMemory, ColumnState, EncodingDescription } from '../encodings/encoding.js';
import { definitionOf } from '../encodings/encodings.js';
import { quantile } from '../encodings/quantile.js';
import { standardize } from '../encodings/standardize.js';
import { symlog, symlogOf } from '../encodings/symlog.js';
import { type Decision, oneHotDecision, type Profile } from './profile.js';
import { SKEWED, Skewness } from './skewness.js';

/** Different whole numbers up to which a column of them is taken for categories. */
const MOST_CATEGORIES = 10;
/** Numbers a row, up to which whole numbers that rise are taken for a count from which rows have been removed. */
const SPARSE = 1.5;

/** What a column of numbers is like: how many, how different, how skewed. The scales in question are fitted along. */
export class NumberProfile implements Profile<number> {
  readonly reader: CellReader<number> = numbers;
  readonly #standardize = stateOf<number>(standardize());
  readonly #symlog = stateOf<number>(symlog());
  readonly #quantile = stateOf<number>(quantile());
  readonly #skewness = new Skewness();
  readonly #logSkewness = new Skewness();
  /** How often each number came; undefined where they are many, or not whole. */
  #counts: Map<number, number> | undefined = new Map();
  #count = 0;
  #gaps = 0;
  #first = Number.NaN;
  #last = Number.NaN;
  #firstRow = 0;
  #lastRow = 0;
  #isConstant = true;
  #isCounter = true;

  see(cell: number, row: number): void {
    this.#standardize.see(cell);
    this.#symlog.see(cell);
    this.#quantile.see(cell);
    if (Number.isNaN(cell)) {
      this.#gaps++;
      return;
    }
    this.#skewness.see(cell);
    this.#logSkewness.see(symlogOf(cell));
    if (this.#count === 0) {
      this.#first = cell;
      this.#firstRow = row;
    } else {
      this.#isCounter &&= cell > this.#last && Number.isInteger(cell);
      this.#isConstant &&= cell === this.#first;
    }
    this.#count++;
    this.#last = cell;
    this.#lastRow = row;
    if (this.#counts === undefined) return;
    this.#counts.set(cell, (this.#counts.get(cell) ?? 0) + 1);
    if (this.#counts.size > MOST_CATEGORIES || !Number.isInteger(cell)) this.#counts = undefined;
  }

  /** Numbers seen that are no gaps. */
  get count(): number {
    return this.#count;
  }

  /** @param format of the numbers, where they are text that is not plain */
  decide(format?: NumberFormat): Decision {
    if (this.#count === 0) return { leftOut: 'it is empty' };
    if (this.#isConstant && this.#gaps === 0) return { leftOut: `it is ${this.#first} in every row` };
    // Rows that are held out are not seen, but have been counted.
    const [span, rows] = [this.#last - this.#first, this.#lastRow - this.#firstRow];
    if (this.#isCounter && this.#gaps === 0 && this.#count > MOST_CATEGORIES && span < SPARSE * (rows + 1)) {
      return { leftOut: 'it counts the rows' };
    }
    const counts = this.#counts;
    if (counts !== undefined && this.#count >= 2 * counts.size) {
      const words = [...counts].map(([number, count]) => [String(number), count] as const);
      return oneHotDecision(words, this.#gaps, `it has ${counts.size} different whole numbers`);
    }
    const skewness = this.#skewness.value;
    if (Math.abs(skewness) <= SKEWED) {
      return this.#scaled(this.#standardize, 'its numbers lie about their mean', format);
    }
    const why = `its numbers are skewed (skewness ${skewness.toPrecision(2)})`;
    return Math.abs(this.#logSkewness.value) <= SKEWED / 2
      ? this.#scaled(this.#symlog, `${why}, their logarithms less`, format)
      : this.#scaled(this.#quantile, why, format);
  }

  #scaled(state: ColumnState<number>, why: string, format: NumberFormat | undefined): Decision {
    const description = { kind: state.description.kind, ...(format && { format }) };
    const described = stateOf<number>(description, state.memory);
    described.settle();
    return { reader: formattedNumbers(format), state: described, why };
  }
}

function stateOf<Cell>(description: EncodingDescription, memory?: ColumnMemory): ColumnState<Cell> {
  return definitionOf(description).start(description, memory) as ColumnState<Cell>;
}
