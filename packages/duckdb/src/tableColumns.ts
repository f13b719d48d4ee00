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
  List,
  TimestampMillisecond,
  Uint8,
  Uint64,
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
  /** What has to be known of its values before its type is, in SQL; `settled` takes it. */
  readonly measures?: readonly string[];
  /** Of lists: the type of what is in them. */
  readonly valueType?: DuckDBType;
}

/** How values of a type are read. */
interface Reading {
  readonly cast: string;
  readonly type: () => DataType;
}

const BOOLEAN: Reading = { cast: 'BOOLEAN', type: () => new Bool() };
const INTEGER: Reading = { cast: 'INTEGER', type: () => new Int32() };
const BYTE: Reading = { cast: 'UTINYINT', type: () => new Uint8() };
const BIGINT: Reading = { cast: 'BIGINT', type: () => new Int64() };
const UBIGINT: Reading = { cast: 'UBIGINT', type: () => new Uint64() };
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
  UBIGINT,
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
    return [{ ...column, valueType: type.valueType, measures: [`min(len(${value}))`, `max(len(${value}))`] }];
  }
  if (WIDE.test(sqlType)) return [{ ...column, measures: [`max(abs(CAST(${value} AS DOUBLE)))`] }];
  const reading = readingOf(type);
  return [reading === undefined ? column : read(column, reading)];
}

/** Types of whole numbers of which some may be rounded as a double. */
const WIDE = /^(U?HUGEINT|DECIMAL\((1[6-9]|[23]\d),0\))$/;

/** A column as it is read, now that its values have been measured. */
export function settled(column: TableColumn, measured: readonly unknown[]): TableColumn {
  const [least, most] = measured;
  if (column.valueType !== undefined) return listColumn(column, least === most ? Number(least) : 0);
  return read(column, Number(least) < 2 ** 53 ? DOUBLE : WORDS);
}

function read(column: TableColumn, reading: Reading): TableColumn {
  const cast = `CAST(${column.sql} AS ${reading.cast})`;
  return { ...column, sql: reading === MOMENT ? `epoch_ms(${cast})` : cast, type: reading.type() };
}

/** A column of lists of numbers, of so many each or, for 0, of any number; or of lists of words. */
function listColumn(column: TableColumn, length: number): TableColumn {
  const reading = column.valueType && readingOf(column.valueType);
  if (reading === undefined || reading === MOMENT) return column;
  const item = itemReading(reading, String(column.valueType));
  const field = new Field('item', item.type(), true);
  const isFixed = length > 0 && item !== WORDS;
  return {
    ...column,
    sql: `CAST(${column.sql} AS ${item.cast}[${isFixed ? length : ''}])`,
    type: isFixed ? new FixedSizeList(length, field) : new List(field),
  };
}

/** Numbers of lists are floats, but for bytes, which pictures are of. */
function itemReading(reading: Reading, sqlType: string): Reading {
  if (sqlType === 'UTINYINT') return BYTE;
  return reading === WORDS || reading === FLOAT ? reading : DOUBLE;
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
