import { closest, DataError } from '@fluxion/tensor';
import type { DataType, Schema } from 'apache-arrow';

/** A column of a source: its name, its place in the schema and its type. */
export interface Column {
  readonly name: string;
  readonly field: number;
  readonly type: DataType;
}

/**
 * Finds a column by name.
 *
 * @throws {DataError} when there is none of this name, or more than one.
 */
export function findColumn(schema: Schema, name: string, file: string): Column {
  const names = schema.fields.map((field) => field.name);
  const field = names.indexOf(name);
  const type = schema.fields[field]?.type;
  if (type === undefined) {
    if (names.length === 0)
      throw new DataError('expected columns, got none; give data with columns', { file });
    const near = closest(name, names);
    const fix = near === undefined ? 'name one of these' : `did you mean '${near}'?`;
    throw new DataError(
      `expected one of the columns ${names.map((known) => `'${known}'`).join(', ')}; ${fix}`,
      {
        file,
        column: name,
      },
    );
  }
  if (names.lastIndexOf(name) !== field) {
    throw new DataError('expected one column of this name, got several; rename them', { file, column: name });
  }
  return { name, field, type };
}
