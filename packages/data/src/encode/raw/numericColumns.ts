import { DataError, type DType, sizeOf } from '@fluxion/tensor';
import { DataType, Precision, type Schema } from 'apache-arrow';
import { isString } from '../../sources/arrow/strings/isString.js';
import { type Column, findColumn } from '../column.js';
import type { NamedColumns } from './columnSelection.js';

/** Columns that become one tensor: a list, or numbers side by side. */
export interface NumericColumns {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** Numbers in one example. */
  readonly width: number;
  /** Whether it is a list of bytes. */
  readonly isBytes: boolean;
  /** Precision of the numbers where they are floats of one column, which lie as a tensor has them. */
  readonly floats?: DType | undefined;
}

/** Far more than an example has, and little enough for memory of its own. */
const MAX_WIDTH = 2 ** 26;

/**
 * Finds the columns of one tensor and infers the shape of an example: a fixed-size list's own, or [k] for k numbers.
 *
 * @throws {DataError} when a column is missing, or is of a type that is no number or fixed-size list of numbers.
 */
export function numericColumns(
  schema: Schema,
  { name, columns: names }: NamedColumns,
  file: string,
): NumericColumns {
  const columns = names.map((column) => findColumn(schema, column, file));
  for (const column of columns) {
    const leaf = leafType(column.type);
    if (!isNumeric(leaf)) {
      throw new DataError(
        `expected integers, floats, booleans or fixed-size lists of them, got ${column.type}; ${fixFor(leaf)}`,
        { file, column: column.name },
      );
    }
    if (columns.length > 1 && DataType.isFixedSizeList(column.type)) {
      throw new DataError(
        `expected numbers to join into a vector, got ${column.type}; name the list alone, or as an input of its own`,
        { file, column: column.name },
      );
    }
  }
  const first = columns[0]?.type;
  const isList = first !== undefined && DataType.isFixedSizeList(first);
  const shape = isList ? listShape(first) : [columns.length];
  const width = sizeOf(shape);
  if (width > MAX_WIDTH) {
    throw new DataError(
      `expected at most ${MAX_WIDTH} numbers in an example, got ${width}; make the lists shorter`,
      {
        file,
        column: columns[0]?.name,
      },
    );
  }
  const isBytes = isList && isByte(leafType(first));
  const floats = columns.length === 1 && first !== undefined ? precisionOf(leafType(first)) : undefined;
  return { name, columns, shape, width, isBytes, floats };
}

function listShape(type: DataType): number[] {
  return DataType.isFixedSizeList(type) ? [type.listSize, ...listShape(type.valueType)] : [];
}

function leafType(type: DataType): DataType {
  return DataType.isFixedSizeList(type) ? leafType(type.valueType) : type;
}

function isByte(type: DataType): boolean {
  return DataType.isInt(type) && type.bitWidth === 8 && !type.isSigned;
}

function precisionOf(type: DataType): DType | undefined {
  if (!DataType.isFloat(type)) return undefined;
  return type.precision === Precision.DOUBLE ? 'float64' : 'float32';
}

function isNumeric(type: DataType): boolean {
  return DataType.isInt(type) || (DataType.isFloat(type) && type.precision > 0) || DataType.isBool(type);
}

function fixFor(type: DataType): string {
  if (DataType.isFloat(type)) return 'convert it to float32';
  if (DataType.isList(type) || DataType.isLargeList(type)) return 'make its lists of one fixed size';
  if (DataType.isDictionary(type) || isString(type)) return 'strings can only be targets';
  return 'convert it';
}
