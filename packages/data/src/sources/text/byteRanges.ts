import { lastAtMost } from '../../lastAtMost.js';

/** Stretches of a text, in rising order. */
export class ByteRanges {
  readonly starts: number[];
  readonly ends: number[];

  constructor(starts: number[] = [], ends: number[] = []) {
    this.starts = starts;
    this.ends = ends;
  }

  /** Adds one after all others. */
  add(start: number, end: number): void {
    this.starts.push(start);
    this.ends.push(end);
  }

  /** The first that starts at a place or after it. */
  next(from: number): { readonly start: number; readonly end: number } | undefined {
    const at = lastAtMost(this.starts, from - 1) + 1;
    return at < this.starts.length
      ? { start: this.starts[at] as number, end: this.ends[at] as number }
      : undefined;
  }
}
