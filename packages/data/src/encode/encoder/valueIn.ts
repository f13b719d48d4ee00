import { closest, DataError, type DataPlace } from '@fluxion/tensor';

/**
 * The value of a column in a plain object.
 *
 * @throws {DataError} when the object has no such key: a misspelt one would pass for a gap.
 */
export function valueIn(row: Readonly<Record<string, unknown>>, column: string, place: DataPlace): unknown {
  if (row !== null && typeof row === 'object') {
    if (Object.hasOwn(row, column)) return row[column];
    const near = closest(column, Object.keys(row));
    throw new DataError(
      `expected a value, got none; ${near === undefined ? 'give it, or null for a gap' : `did you mean it by '${near}'?`}`,
      { ...place, column },
    );
  }
  throw new DataError(
    `expected an object of columns, got ${row === null ? 'null' : typeof row}; give one, as { ${column}: 1 }`,
    place,
  );
}
