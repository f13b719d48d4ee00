import { DataError } from '@fluxion/tensor';
import { DataType, type Schema, Vector } from 'apache-arrow';
import type { TableWriter } from './tableWriter.js';

/**
 * A table as JSON lines: an object for each row. A gap is null; times are ISO 8601; integers of 64 bits have all their digits. So
 * the same cells are read from it again.
 *
 * @throws {DataError} when a column is of what JSON lines have no form for, or a number is infinite.
 */
export function jsonTableWriter(
  { fields }: Schema,
  out: { write(bytes: Uint8Array): void },
  file: string,
): TableWriter {
  const encoder = new TextEncoder();
  const names = fields.map(({ name }) => JSON.stringify(name));
  const texts = fields.map(({ name: column, type }) => jsonText(type, { file, column }));
  return {
    write({ rows, columns }) {
      const cells = columns.map((data, i) => Array.from(new Vector([data]), texts[i] as JsonText));
      const line = (row: number): string =>
        `{${names.map((name, i) => `${name}:${cells[i]?.[row]}`).join(',')}}\n`;
      out.write(encoder.encode(Array.from({ length: rows }, (_, row) => line(row)).join('')));
    },
    end() {},
  };
}

type JsonText = (value: unknown) => string;

function jsonText(type: DataType, place: { readonly file: string; readonly column: string }): JsonText {
  if (DataType.isList(type) || DataType.isFixedSizeList(type)) {
    const item = jsonText(type.valueType, place);
    return (value) => (value === null ? 'null' : `[${Array.from(value as Vector, item).join(',')}]`);
  }
  if (DataType.isStruct(type) || DataType.isMap(type) || DataType.isDecimal(type)) {
    throw new DataError(`expected a column that JSON lines can hold, got ${type}; write it to .arrow`, place);
  }
  const isTime = DataType.isTimestamp(type) || DataType.isDate(type);
  return (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return 'null';
    if (isTime) return JSON.stringify(new Date(Number(value)));
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'number' || Number.isFinite(value)) return JSON.stringify(value);
    throw new DataError(`expected a finite number, got ${value}; leave it out, or write .arrow`, place);
  };
}
