import { closest, DataError } from '@fluxion/tensor';
import type { DataType, Schema } from 'apache-arrow';
import { missingNames } from './missingNames.js';

/** A column of a source: its name, its place in the schema and its type. */
export interface Column {
  readonly name: string;
  readonly field: number;
  readonly type: DataType;
}

/** Places of the columns by name, of each schema that was asked: it may have very many, all of which are wanted. */
const placesOf = new WeakMap<Schema, ReadonlyMap<string, readonly number[]>>();

function placesIn(schema: Schema): ReadonlyMap<string, readonly number[]> {
  let places = placesOf.get(schema);
  if (places === undefined) {
    const found = new Map<string, number[]>();
    for (const [field, { name }] of schema.fields.entries()) {
      const same = found.get(name);
      if (same === undefined) found.set(name, [field]);
      else same.push(field);
    }
    places = found;
    placesOf.set(schema, places);
  }
  return places;
}

/** An error lists so many names and counts the others. */
const LISTED = 20;

/**
 * Checks that a table has the columns that an encoder was fitted on.
 *
 * @throws {DataError} with all those that it lacks.
 */
export function expectFittedColumns(schema: Schema, names: readonly string[], file: string): void {
  const places = placesIn(schema);
  const missing = names.filter((name) => !places.has(name));
  const [name, ...more] = missing;
  if (name === undefined) return;
  const others = [...places.keys()].filter((name) => !names.includes(name));
  if (more.length > 0) {
    throw new DataError(
      `expected the columns that the model was fitted on, got a table without ${missingNames(missing, others)}; give one that has them, or rename its columns`,
      { file },
    );
  }
  const near = closest(name, others);
  const rename = near === undefined ? '' : `, or rename '${near}'`;
  throw new DataError(
    `expected this column, which the model was fitted on, got a table without it; give one that has it${rename}`,
    { file, column: name },
  );
}

/**
 * Finds a column by name.
 *
 * @throws {DataError} when there is none of this name, or more than one.
 */
export function findColumn(schema: Schema, name: string, file: string): Column {
  const places = placesIn(schema);
  const [field, ...others] = places.get(name) ?? [];
  const type = field === undefined ? undefined : schema.fields[field]?.type;
  if (field === undefined || type === undefined) {
    if (places.size === 0)
      throw new DataError('expected columns, got none; give data with columns', { file });
    const names = [...places.keys()];
    const listed = names.slice(0, LISTED).map((known) => `'${known}'`);
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    const near = closest(name, names);
    const fix = near === undefined ? 'name one of these' : `did you mean '${near}'?`;
    throw new DataError(`expected one of the columns ${listed.join(', ')}${more}; ${fix}`, {
      file,
      column: name,
    });
  }
  if (others.length > 0) {
    throw new DataError('expected one column of this name, got several; rename them', { file, column: name });
  }
  return { name, field, type };
}
