import type { CellReader } from '../cells/cellReader.js';
import { compareWords } from '../encodings/compareWords.js';
import type { ColumnState, EncodingDescription } from '../encodings/encoding.js';
import { definitionOf } from '../encodings/encodings.js';
import { oneHot } from '../encodings/oneHot.js';
import type { Mergeable } from '../mergeable.js';

/** How a column is to be encoded, or why it is not. */
export type Decision = (
  | { readonly reader: CellReader<unknown>; readonly state: ColumnState; readonly why: string }
  | { readonly leftOut: string }
) & {
  /** The few cells that make it a column of words, where all others are numbers. */
  readonly strays?: Strays | undefined;
};

/** Cells that are not of the kind of all others in their column. */
export interface Strays {
  readonly count: number;
  /** The first of them, and the number of its row in the table. */
  readonly cell: string;
  readonly row: number;
  /** Cells of the column that are no gaps, these among them. */
  readonly of: number;
}

/** Goes through the cells of a column, and then says how it is encoded. */
export interface Profile<Cell = unknown, Tally = unknown> extends Mergeable<Tally> {
  readonly reader: CellReader<Cell>;
  /** What is wrong with the cell seen last; undefined where nothing is. */
  readonly refusal?: string | undefined;
  /** @param row the number of its row in the table */
  see(cell: Cell, row: number): void;
  decide(): Decision;
}

/** The profile of a column that is encoded in one way, whatever it holds. */
export function givenProfile(description: EncodingDescription, why: string): Profile {
  const definition = definitionOf(description);
  const state = definition.start(description);
  const reader = definition.reader(description);
  return {
    reader,
    see: (cell) => state.see(cell),
    tally: () => state.tally(),
    merge: (tally) => state.merge(tally),
    decide() {
      state.settle();
      return { reader, state, why };
    },
  };
}

/** One-hot words that have been counted already. */
export function oneHotDecision(
  counts: readonly (readonly [word: string, count: number])[],
  gaps: number,
  why: string,
): Decision {
  const kept = counts.filter(([, count]) => count >= 2).sort(([a], [b]) => compareWords(a, b));
  const description = oneHot({ categories: kept.map(([word]) => word), indicator: gaps > 0 });
  const definition = definitionOf(description);
  const state = definition.start(description, { counts: Float64Array.from(kept, ([, count]) => count) });
  state.settle();
  return { reader: definition.reader(description), state, why };
}
