import type { DuckDBType } from '@duckdb/node-api';
import {
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';

/** A column as it is asked for and as it is given. */
export interface TableColumn {
  readonly name: string;
  /** What SQL gives for it, cast to what is read. */
  readonly sql: string;
  /** Arrow's type; undefined where nothing can be learned from the column. */
  readonly type: DataType | undefined;
  /** DuckDB's own type. */
  readonly sqlType: string;
  /** Of lists whose length the type does not tell: the type of what is in them. */
  readonly valueType?: DuckDBType;
}

/** How values of a type are read. */
interface Reading {
  readonly cast: string;
  readonly type: () => DataType;
}

const BOOLEAN: Reading = { cast: 'BOOLEAN', type: () => new Bool() };
const INTEGER: Reading = { cast: 'INTEGER', type: () => new Int32() };
const BIGINT: Reading = { cast: 'BIGINT', type: () => new Int64() };
const FLOAT: Reading = { cast: 'FLOAT', type: () => new Float32() };
const DOUBLE: Reading = { cast: 'DOUBLE', type: () => new Float64() };
const WORDS: Reading = { cast: 'VARCHAR', type: () => new Utf8() };
/** Given as milliseconds since 1970. */
const MOMENT: Reading = { cast: 'TIMESTAMP', type: () => new TimestampMillisecond() };

/** By the name of DuckDB's type, without what stands in brackets. */
const READINGS: Readonly<Record<string, Reading>> = {
  BOOLEAN,
  TINYINT: INTEGER,
  UTINYINT: INTEGER,
  SMALLINT: INTEGER,
  USMALLINT: INTEGER,
  INTEGER,
  UINTEGER: BIGINT,
  BIGINT,
  UBIGINT: DOUBLE,
  HUGEINT: DOUBLE,
  UHUGEINT: DOUBLE,
  DECIMAL: DOUBLE,
  FLOAT,
  DOUBLE,
  VARCHAR: WORDS,
  ENUM: WORDS,
  UUID: WORDS,
  DATE: MOMENT,
  TIMESTAMP: MOMENT,
  TIMESTAMP_S: MOMENT,
  TIMESTAMP_MS: MOMENT,
  TIMESTAMP_NS: MOMENT,
  'TIMESTAMP WITH TIME ZONE': MOMENT,
};

/** The columns that one of DuckDB's gives: a struct gives one for each of its parts, called `a.b`. */
export function tableColumns(name: string, type: DuckDBType, value: string = quoted(name)): TableColumn[] {
  const sqlType = String(type);
  if ('entryNames' in type && sqlType.startsWith('STRUCT')) {
    return type.entryNames.flatMap((part, i) =>
      tableColumns(
        `${name}.${part}`,
        type.entryTypes[i] as DuckDBType,
        `struct_extract(${value}, ${text(part)})`,
      ),
    );
  }
  const column: TableColumn = { name, sql: value, type: undefined, sqlType };
  if (/\[\d*\]$/.test(sqlType) && 'valueType' in type) {
    const lists = { ...column, valueType: type.valueType };
    return ['length' in type && typeof type.length === 'number' ? listColumn(lists, type.length) : lists];
  }
  const reading = readingOf(type);
  if (reading === undefined) return [column];
  const cast = `CAST(${value} AS ${reading.cast})`;
  return [{ ...column, sql: reading === MOMENT ? `epoch_ms(${cast})` : cast, type: reading.type() }];
}

/** A column of lists as one of lists of so many numbers, if it is of numbers. */
export function listColumn({ valueType, ...column }: TableColumn, length: number): TableColumn {
  const reading = valueType && readingOf(valueType);
  if (reading === undefined || reading === WORDS || reading === MOMENT || length === 0) return column;
  const kind = reading === FLOAT ? FLOAT : DOUBLE;
  return {
    ...column,
    sql: `CAST(${column.sql} AS ${kind.cast}[${length}])`,
    type: new FixedSizeList(length, new Field('item', kind.type(), true)),
  };
}

function readingOf(type: DuckDBType): Reading | undefined {
  return READINGS[String(type).replace(/\(.*$/s, '')];
}

/** A name in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in SQL. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
