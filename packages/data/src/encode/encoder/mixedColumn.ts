import type { DataPlace } from '@fluxion/tensor';

/** A column of numbers but for a few cells, which make it one of words. */
export interface MixedColumn {
  readonly column: string;
  /** How many of its cells are no numbers, and how many cells there are, gaps apart. */
  readonly words: number;
  readonly cells: number;
  /** The first that is no number, and where it is. */
  readonly cell: string;
  readonly place: DataPlace;
}
