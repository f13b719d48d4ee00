/** Why a row of text cannot be used, thrown where only its place in the current bytes is known. */
export class RowError extends Error {
  override name = 'RowError';
  /** Place of the byte in question. */
  readonly position: number;
  /** The row, counted from the first of the current bytes. */
  readonly row: number;
  readonly column: string | undefined;

  constructor(reason: string, position: number, row: number, column?: string) {
    super(reason);
    this.position = position;
    this.row = row;
    this.column = column;
  }
}
