import { RowError } from './rowError.js';

/** Most columns of a table. */
export const MAX_COLUMNS = 100_000;

/** Longest name of a column. */
const MAX_NAME = 1000;

/**
 * Checks the names of columns.
 *
 * @throws {RowError} when one is missing, too long or comes twice, or there are too many.
 */
export function checkNames(names: readonly string[]): void {
  if (names.length > MAX_COLUMNS) throw tooManyColumns(0, 0);
  const seen = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const before = seen.get(name);
    if (name === '') {
      throw new RowError(
        `expected a name for each column, got none for column ${i + 1}; name it in the first line`,
        0,
        0,
      );
    }
    if (before !== undefined) {
      throw new RowError(
        `expected names that differ, got '${name}' for columns ${before + 1} and ${i + 1}; rename one`,
        0,
        0,
      );
    }
    if (name.length > MAX_NAME) {
      throw new RowError(
        `expected names of at most ${MAX_NAME} letters, got ${name.length} for column ${i + 1}; check that the file is text`,
        0,
        0,
      );
    }
    seen.set(name, i);
  }
}

export function tooManyColumns(position: number, row: number): RowError {
  return new RowError(
    `expected at most ${MAX_COLUMNS} columns, got more; look for a line that does not end, or join columns to lists`,
    position,
    row,
  );
}
