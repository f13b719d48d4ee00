import type { DuckDBValue } from '@duckdb/node-api';
import { DataError } from '@fluxion/tensor';
import { DataType, Precision, type Vector } from 'apache-arrow';
import { quoted } from './tableColumns.js';

/** A column of Arrow's as DuckDB is given it. */
export interface WrittenColumn {
  readonly name: string;
  /** DuckDB's type of the values that `toValue` makes. */
  readonly stored: string;
  /** Makes what is written of them; absent where that is the same. */
  readonly sql?: string;
  toValue(value: unknown): DuckDBValue;
}

const same = (value: unknown): DuckDBValue => value as DuckDBValue;

/** @throws {DataError} when there is no type for it. */
export function writtenColumn(name: string, type: DataType, file: string): WrittenColumn {
  if (DataType.isTimestamp(type)) {
    const toValue = (value: unknown): bigint => BigInt(Math.round(1000 * Number(value)));
    return { name, stored: 'BIGINT', sql: `make_timestamp(${quoted(name)})`, toValue };
  }
  if (DataType.isDate(type)) {
    const toValue = (value: unknown): number => Math.floor(Number(value) / 86_400_000);
    return { name, stored: 'INTEGER', sql: `DATE '1970-01-01' + ${quoted(name)}`, toValue };
  }
  const isArray = DataType.isFixedSizeList(type);
  if (isArray || DataType.isList(type)) {
    const item = scalar(type.children[0]?.type as DataType);
    if (item !== undefined) {
      const toValue = (value: unknown): DuckDBValue => ({ items: [...(value as Vector)] }) as DuckDBValue;
      return { name, stored: `${item}[${isArray ? type.listSize : ''}]`, toValue };
    }
  }
  const stored = scalar(type);
  if (stored !== undefined) return { name, stored, toValue: same };
  throw new DataError(
    `expected a column of numbers, words, truth values, times or lists of these, got ${type}; leave it out, or write Arrow`,
    { file, column: name },
  );
}

function scalar(type: DataType): string | undefined {
  if (DataType.isInt(type)) {
    const name = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' }[type.bitWidth];
    return type.isSigned ? name : `U${name}`;
  }
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? 'DOUBLE' : 'FLOAT';
  if (DataType.isBool(type)) return 'BOOLEAN';
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return 'VARCHAR';
  return DataType.isDictionary(type) ? scalar(type.dictionary) : undefined;
}
