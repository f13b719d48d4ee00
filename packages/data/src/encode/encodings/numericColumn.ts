import type { Floats, Json } from '@fluxion/tensor';
import type { NumberFormat } from '../cells/numberFormat.js';
import { formattedNumbers } from '../cells/numbers.js';
import {
  booleanRule,
  type ColumnMemory,
  type ColumnState,
  type EncodingDefinition,
  type EncodingDescription,
  type OptionRule,
} from './encoding.js';
import { FrequentNumbers } from './frequentNumbers.js';

/** What stands for a gap among numbers. */
export interface NumericOptions {
  /** The number that a gap is replaced by: the mean of what has been seen, what came most often, or one given. Default 'mean'. */
  readonly missing?: 'mean' | 'mostFrequent' | number;
  /** Whether a second number is 1 for a gap and 0 for a value. By default where there were gaps when it was fitted. */
  readonly indicator?: boolean;
  /**
   * How the numbers are written, where the column is one of text: `{ decimal: ',', prefix: '€' }`. By default `fitEncoder` finds that,
   * and `onlineEncoder` takes plain ones, as 1234.5.
   */
  readonly format?: NumberFormat;
}

/** Description of an encoding of numbers. */
export interface NumericDescription extends EncodingDescription, NumericOptions {}

/** Brings numbers to a scale, by what has been seen. */
export interface Scaling {
  /** What has been seen. */
  readonly memory: Float64Array;
  see(value: number): void;
  /** Counts in the memory of another. */
  merge(memory: Float64Array): void;
  scale(value: number): number;
}

/**
 * An encoding that brings each number to a scale. A gap takes the place of the mean, or of a number given, and a second
 * number tells that it was one.
 */
export function numericEncoding(
  scaling: (memory?: Float64Array) => Scaling,
): EncodingDefinition<NumericDescription, number> {
  return {
    options: {
      missing: {
        expected: "'mean', 'mostFrequent' or a finite number",
        allows: (value) => value === 'mean' || value === 'mostFrequent' || Number.isFinite(value),
      },
      indicator: booleanRule,
      format: formatRule,
    },
    written: ({ format }) => (format === undefined ? 'number' : undefined),
    reader: ({ format }) => formattedNumbers(format),
    start: (description, memory) => new NumericColumn(description, scaling(memory?.scaling), memory),
  };
}

/** What a format of numbers has to be. */
export const formatRule: OptionRule = {
  expected: "an object of decimal '.' or ',', prefix and suffix",
  allows(value) {
    if (typeof value !== 'object' || value === null) return false;
    const { decimal = '.', prefix = '', suffix = '', ...rest } = value as Record<string, unknown>;
    return (
      (decimal === '.' || decimal === ',') &&
      typeof prefix === 'string' &&
      typeof suffix === 'string' &&
      Object.keys(rest).length === 0
    );
  },
};

/** Where all numbers seen were nearly equal, another may be very many of their deviations away; float32 holds this many. */
const LARGEST = 2 ** 100;

/** What has been seen of a column of numbers. */
export interface NumericTally {
  /** Cells with a number, gaps, mean of the numbers. */
  readonly cells: Float64Array;
  readonly scaling: Float64Array;
  /** Numbers and their counts by turns, where it is asked which is the most frequent. */
  readonly frequent?: Float64Array;
}

class NumericColumn implements ColumnState<number, NumericTally> {
  readonly #given: NumericDescription;
  readonly #scaling: Scaling;
  /** Cells with a number, gaps, mean of the numbers. */
  readonly #cells: Float64Array;
  readonly #frequent: FrequentNumbers | undefined;
  #indicator: boolean | undefined;

  constructor(description: NumericDescription, scaling: Scaling, memory: ColumnMemory = {}) {
    this.#given = description;
    this.#scaling = scaling;
    this.#cells = memory.cells ?? new Float64Array(3);
    this.#indicator = description.indicator;
    if (description.missing === 'mostFrequent') this.#frequent = new FrequentNumbers(memory.frequent);
  }

  get memory(): ColumnMemory & NumericTally {
    const frequent = this.#frequent?.memory;
    return { cells: this.#cells, scaling: this.#scaling.memory, ...(frequent && { frequent }) };
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    const { kind, missing = 'mean', format } = this.#given;
    return { kind, missing, indicator: this.#indicator === true, ...(format && { format: { ...format } }) };
  }

  get width(): number {
    return this.#indicator === true ? 2 : 1;
  }

  see(cell: number): void {
    const cells = this.#cells;
    if (Number.isNaN(cell)) {
      cells[1] = (cells[1] as number) + 1;
      return;
    }
    const count = (cells[0] as number) + 1;
    cells[0] = count;
    cells[2] = (cells[2] as number) + (cell - (cells[2] as number)) / count;
    this.#scaling.see(cell);
    this.#frequent?.see(cell);
  }

  tally(): NumericTally {
    return this.memory;
  }

  merge({ cells, scaling, frequent }: NumericTally): void {
    mergeCells(this.#cells, cells);
    this.#scaling.merge(scaling);
    if (frequent !== undefined) this.#frequent?.merge(frequent);
  }

  settle(): void {
    // Who fits nothing does not know whether gaps will come.
    this.#indicator ??= (this.#cells[1] as number) > 0 || this.#cells[0] === 0;
  }

  encode(cell: number, out: Floats, at: number): void {
    const isGap = Number.isNaN(cell);
    const scaled = this.#scaling.scale(isGap ? this.#missing() : cell);
    out[at] = Math.min(Math.max(scaled, -LARGEST), LARGEST);
    if (this.#indicator === true) out[at + 1] = isGap ? 1 : 0;
  }

  #missing(): number {
    const { missing = 'mean' } = this.#given;
    if (missing === 'mostFrequent') return this.#frequent?.mode ?? 0;
    return missing === 'mean' ? (this.#cells[2] as number) : missing;
  }
}

/** Counts other cells in: numbers, gaps, and the mean of the numbers. */
export function mergeCells(into: Float64Array, [count = 0, gaps = 0, mean = 0]: Float64Array): void {
  const [own = 0, ownGaps = 0, ownMean = 0] = into;
  into[0] = own + count;
  into[1] = ownGaps + gaps;
  if (count > 0) into[2] = ownMean + (mean - ownMean) * (count / (own + count));
}
