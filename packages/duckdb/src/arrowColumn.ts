import type { DuckDBValue } from '@duckdb/node-api';
import { type Data, DataType, type Field, makeData, Utf8 } from 'apache-arrow';

/** A column of values as DuckDB gives them, in one of the types that `tableColumns` asks for. */
export function arrowColumn(type: DataType, values: readonly DuckDBValue[]): Data {
  const { length } = values;
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  const nullBitmap = nullCount === 0 ? null : bits(values, (value) => value !== null);
  const shared = { length, nullCount, nullBitmap };
  if (DataType.isBool(type))
    return makeData({ ...shared, type, data: bits(values, (value) => value === true) });
  if (DataType.isFloat(type))
    return makeData({ ...shared, type, data: numbers(new type.ArrayType(length), values) });
  if (DataType.isInt(type) && type.bitWidth === 32) {
    return makeData({ ...shared, type, data: numbers(new Int32Array(length), values) });
  }
  if (DataType.isInt(type)) return makeData({ ...shared, type, data: bigInts(values) });
  if (DataType.isTimestamp(type)) return makeData({ ...shared, type, data: bigInts(values) });
  if (DataType.isFixedSizeList(type)) {
    const [item] = type.children as readonly Field[];
    const gap = new Array<null>(type.listSize).fill(null);
    const items = values.flatMap((value) => itemsOf(value) ?? gap);
    return makeData({ ...shared, type, child: arrowColumn((item as Field).type, items) });
  }
  const words = values.map((value) => Buffer.from(value === null ? '' : String(value)));
  const valueOffsets = new Int32Array(length + 1);
  for (const [i, word] of words.entries()) valueOffsets[i + 1] = (valueOffsets[i] as number) + word.length;
  return makeData({ ...shared, type: new Utf8(), valueOffsets, data: Buffer.concat(words) });
}

function bits(values: readonly DuckDBValue[], isSet: (value: DuckDBValue) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (const [i, value] of values.entries()) {
    if (isSet(value)) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  }
  return bytes;
}

function numbers<T extends Float32Array | Float64Array | Int32Array | Uint16Array>(
  array: T,
  values: readonly DuckDBValue[],
): T {
  for (const [i, value] of values.entries()) if (typeof value === 'number') array[i] = value;
  return array;
}

function bigInts(values: readonly DuckDBValue[]): BigInt64Array {
  return BigInt64Array.from(values, (value) => (typeof value === 'bigint' ? value : 0n));
}

function itemsOf(value: DuckDBValue): readonly DuckDBValue[] | undefined {
  return typeof value === 'object' && value !== null && 'items' in value
    ? (value.items as readonly DuckDBValue[])
    : undefined;
}
