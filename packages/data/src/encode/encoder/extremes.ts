import type { Floats } from '@fluxion/tensor';

/** What is beyond this after encoding trains badly. */
const EXTREME = 100;

/** Counts, by column, the cells that came out beyond ±100. */
export type Extremes = Map<string, number>;

/** A column, and where its numbers end among those of an example. */
export interface ColumnEnd {
  readonly name: string;
  readonly end: number;
}

/** Counts in the first `size` examples. */
export function countExtremes(
  extremes: Extremes,
  numbers: Floats,
  size: number,
  columns: readonly ColumnEnd[],
): void {
  const width = columns.at(-1)?.end ?? 0;
  for (let i = 0; i < size * width; i++) {
    const value = numbers[i] as number;
    if (!(value > EXTREME || value < -EXTREME)) continue;
    const example = i - (i % width);
    const { name, end } = columns.find(({ end }) => example + end > i) as ColumnEnd;
    extremes.set(name, (extremes.get(name) ?? 0) + 1);
    // A cell counts once, however many of its numbers are.
    i = example + end - 1;
  }
}
