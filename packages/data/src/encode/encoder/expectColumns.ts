import { closest, DataError, type DataPlace } from '@fluxion/tensor';
import { missingNames } from '../missingNames.js';

/**
 * Checks that a plain object has a value of each of these columns, null for a gap.
 *
 * @throws {DataError} with all those that it lacks: a misspelt one would pass for a gap.
 */
export function expectColumns(
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  place: DataPlace,
): void {
  if (row === null || typeof row !== 'object') {
    throw new DataError(
      `expected an object of columns, got ${row === null ? 'null' : typeof row}; give one, as { ${columns[0]}: 1 }`,
      place,
    );
  }
  if (columns.every((column) => Object.hasOwn(row, column))) return;
  const missing = columns.filter((column) => !Object.hasOwn(row, column));
  const others = Object.keys(row).filter((name) => !columns.includes(name));
  const [first = '', ...more] = missing;
  if (more.length === 0) {
    const near = closest(first, others);
    throw new DataError(
      `expected a value, got none; ${near === undefined ? 'give it, or null for a gap' : `did you mean it by '${near}'?`}`,
      { ...place, column: first },
    );
  }
  throw new DataError(
    `expected values of ${missingNames(missing, others)}, got none; give them, or null for gaps`,
    place,
  );
}
