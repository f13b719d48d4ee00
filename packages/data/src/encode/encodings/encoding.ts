import type { Floats, Json } from '@fluxion/tensor';
import type { DataType } from 'apache-arrow';
import type { CellReader } from '../cells/cellReader.js';
import type { Mergeable } from '../mergeable.js';

/** How the cells of a column become numbers, as plain data: `standardize()` is `{ kind: 'standardize' }`. */
export interface EncodingDescription {
  readonly kind: string;
}

/** What has been seen of a column, by name of what it is. The arrays are live. */
export type ColumnMemory = Readonly<Record<string, Float64Array>>;

/**
 * A column being encoded: what has been seen of it so far, and what a cell becomes by that. Fitting is seeing all rows
 * first; learning online is encoding a cell by those before it, and then seeing it.
 */
export interface ColumnState<Cell = unknown, Tally = unknown> extends Mergeable<Tally> {
  /** The description, with what `settle` has decided: together with `memory` it restores the state. */
  readonly description: EncodingDescription & { readonly [name: string]: Json };
  /** Numbers that a cell becomes, from `settle` on. */
  readonly width: number;
  readonly memory: ColumnMemory;
  /** Counts a cell in. */
  see(cell: Cell): void;
  /** Ends the fitting, or begins without: decides what the width depends on. Again is no error. */
  settle(): void;
  /** Of a long vector, how many numbers are not zero, at most; `entries` tells which. */
  readonly maxEntries?: number;
  /** The numbers of a cell that are not zero, where these are few; undefined for none. */
  entries?(cell: Cell): Entries | undefined;
  /** Of a column that is an input of indices, `width` of them: how many things these tell apart. */
  readonly indices?: number;
  /** Whether these are a sequence, with −1 after its end. */
  readonly masked?: boolean;
  /** Writes out[at] to out[at + width − 1], by what has been seen. Integers only where they are indices. */
  encode(cell: Cell, out: Floats | Int32Array, at: number): void;
}

/** The few numbers of a long vector that are not zero. Where a slot comes several times, its weights add up. */
export interface Entries {
  readonly slots: readonly number[];
  readonly weights: readonly number[];
}

/** How one kind of encoding works. */
export interface EncodingDefinition<D extends EncodingDescription = EncodingDescription, Cell = unknown> {
  /** Each option of the description and what it has to be, for a check of what users write. */
  readonly options: Readonly<Record<string, OptionRule>>;
  /** Completes a description by the column's type. */
  complete?(description: D, type: DataType): D;
  /** What a text has to say, where the description leaves open how it is written; undefined where it does not. */
  written?(description: D): 'number' | 'date' | undefined;
  reader(description: D): CellReader<Cell>;
  /** A state that has seen nothing, or what a memory holds. */
  start(description: D, memory?: ColumnMemory): ColumnState<Cell>;
}

/** What an option has to be, in words, and whether a value is that. */
export interface OptionRule {
  readonly expected: string;
  allows(value: unknown): boolean;
}

/** A number of items, as `maxCategories`. */
export function countRule(least: number, most: number): OptionRule {
  return {
    expected: `a whole number from ${least} to ${most}`,
    allows: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

export const booleanRule: OptionRule = {
  expected: 'true or false',
  allows: (value) => typeof value === 'boolean',
};
export const numberRule: OptionRule = { expected: 'a finite number', allows: Number.isFinite };
export const textRule: OptionRule = {
  expected: 'a text that is not empty',
  allows: (value) => typeof value === 'string' && value !== '',
};
export const wordsRule: OptionRule = {
  expected: 'a list of different words',
  allows: (value) =>
    Array.isArray(value) &&
    value.every((word) => typeof word === 'string') &&
    new Set(value).size === value.length,
};
