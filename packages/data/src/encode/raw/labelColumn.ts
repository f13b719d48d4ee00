import { DataError } from '@fluxion/tensor';
import { DataType, type Schema } from 'apache-arrow';
import { isString } from '../../sources/arrow/strings/isString.js';
import { type Column, findColumn } from '../column.js';
import type { TargetKind } from './columnOptions.js';
import type { NamedColumns } from './columnSelection.js';

/** Where labels come from: whole numbers, or the names of classes. */
export interface LabelColumn {
  readonly name: string;
  readonly column: Column;
  readonly isNamed: boolean;
}

/** What a target is when nothing else is asked for: a whole number, boolean or string is a label. */
export function targetKindOf(schema: Schema, { columns }: NamedColumns, file: string): TargetKind {
  const [first, ...others] = columns.map((column) => findColumn(schema, column, file).type);
  if (first === undefined || others.length > 0) return 'values';
  const isLabel =
    DataType.isInt(first) || DataType.isBool(first) || DataType.isDictionary(first) || isString(first);
  return isLabel ? 'labels' : 'values';
}

/**
 * Finds the column of a target's labels.
 *
 * @throws {DataError} when it is missing, more than one, or neither numbers nor strings.
 */
export function labelColumn(schema: Schema, { name, columns }: NamedColumns, file: string): LabelColumn {
  const [column, ...others] = columns.map((wanted) => findColumn(schema, wanted, file));
  if (column === undefined || others.length > 0) {
    throw new DataError(
      `expected one column of labels, got ${columns.length}; name one, or take a loss of values (squaredError), with targetKind 'values'`,
      { file, column: columns.join(', ') },
    );
  }
  const { type } = column;
  const isNamed = isString(type) || (DataType.isDictionary(type) && isString(type.dictionary));
  const isNumber =
    DataType.isInt(type) || DataType.isBool(type) || (DataType.isFloat(type) && type.precision > 0);
  if (!isNamed && !isNumber) {
    throw new DataError(`expected integers, booleans or strings as labels, got ${type}; convert it`, {
      file,
      column: column.name,
    });
  }
  return { name, column, isNamed };
}
