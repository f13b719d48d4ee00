import { RowError } from '../text/rowError.js';

/** Most levels of objects in objects. */
const MAX_DEPTH = 32;

/**
 * The values of an object by the names of their columns. A value in an object in an object has the names of both, with a
 * point between them.
 *
 * @param position and row say where it was found
 * @throws {RowError} when it is no object, or two values have the same name.
 */
export function flatValues(object: unknown, position: number, row: number): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  const add = (prefix: string, record: object, depth: number): void => {
    if (depth > MAX_DEPTH) {
      throw new RowError(`expected at most ${MAX_DEPTH} levels of objects; make them fewer`, position, row);
    }
    for (const [key, value] of Object.entries(record)) {
      const name = prefix + key;
      if (isRecord(value)) add(`${name}.`, value, depth + 1);
      else if (values.has(name)) {
        throw new RowError('expected one value, got two; rename one', position, row, name);
      } else values.set(name, value);
    }
  };
  if (!isRecord(object)) {
    const got = Array.isArray(object) ? 'a list' : object === null ? 'null' : `a ${typeof object}`;
    throw new RowError(
      `expected one JSON object in each line, got ${got}; write rows as { "name": value, … }, one a line`,
      position,
      row,
    );
  }
  add('', object, 1);
  return values;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
