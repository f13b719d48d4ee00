/** Finds rows in text. What it found last is its state, which a new search overwrites. */
export interface RowFinder {
  /** Where the row after the last one found starts. */
  readonly next: number;
  /** Lines passed in all searches so far. */
  lines: number;
  /**
   * Finds whole rows in the bytes from `from`, where a row starts, up to `to`.
   *
   * @param isLast whether the text ends there, so that the last row needs no end of line
   * @param limit most rows to find
   * @returns how many there are
   * @throws {RowError} when a row breaks the rules of the format.
   */
  find(bytes: Uint8Array, from: number, to: number, isLast: boolean, limit: number): number;
}
