import type { EncodedColumn } from './stagedColumn.js';

/** Where the numbers of a column are in an input. */
export interface InputPlaces {
  readonly input: string;
  /** Place of the first among an example's numbers. */
  readonly from: number;
  readonly width: number;
}

/** Where a column is in inputs that have some columns one after the other; nowhere where it is none of these. */
export function placesIn(
  inputs: readonly string[],
  columns: readonly EncodedColumn[],
  column: string,
  widthOf: (column: EncodedColumn) => number,
): readonly InputPlaces[] {
  let from = 0;
  for (const one of columns) {
    const width = widthOf(one);
    if (one.column === column) return inputs.map((input) => ({ input, from, width }));
    from += width;
  }
  return [];
}
