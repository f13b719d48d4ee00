import type { DuckDBValue } from '@duckdb/node-api';
import { type Data, DataType, type Field, type Int, makeData, Utf8 } from 'apache-arrow';

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
  if (DataType.isInt(type)) {
    // The library's overloads want one literal type each.
    return makeData({ ...shared, type, data: integers(type, values) } as Parameters<typeof makeData>[0]);
  }
  if (DataType.isTimestamp(type))
    return makeData({ ...shared, type, data: BigInt64Array.from(values, bigInt) });
  if (DataType.isFixedSizeList(type)) {
    const [item] = type.children as readonly Field[];
    const gap = new Array<null>(type.listSize).fill(null);
    const items = values.flatMap((value) => itemsOf(value) ?? gap);
    return makeData({ ...shared, type, child: arrowColumn((item as Field).type, items) });
  }
  if (DataType.isList(type)) {
    const lists = values.map((value) => itemsOf(value) ?? []);
    const child = arrowColumn((type.children[0] as Field).type, lists.flat());
    return makeData({ ...shared, type, valueOffsets: offsets(lists), child });
  }
  const words = values.map((value) => Buffer.from(value === null ? '' : String(value)));
  return makeData({
    ...shared,
    type: new Utf8(),
    valueOffsets: offsets(words),
    data: Buffer.concat(words),
  });
}

/** Where each part begins where they stand one after the other, and the last one ends. */
function offsets(parts: readonly { readonly length: number }[]): Int32Array {
  const out = new Int32Array(parts.length + 1);
  for (const [i, { length }] of parts.entries()) out[i + 1] = (out[i] as number) + length;
  return out;
}

function bits(values: readonly DuckDBValue[], isSet: (value: DuckDBValue) => boolean): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (const [i, value] of values.entries()) {
    if (isSet(value)) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  }
  return bytes;
}

function numbers<T extends Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array>(
  array: T,
  values: readonly DuckDBValue[],
): T {
  for (const [i, value] of values.entries()) if (typeof value === 'number') array[i] = value;
  return array;
}

function bigInt(value: DuckDBValue): bigint {
  return typeof value === 'bigint' ? value : 0n;
}

function integers({ bitWidth, isSigned }: Int, values: readonly DuckDBValue[]) {
  if (bitWidth === 64) {
    return isSigned ? BigInt64Array.from(values, bigInt) : BigUint64Array.from(values, bigInt);
  }
  return numbers(new (isSigned ? Int32Array : Uint8Array)(values.length), values);
}

function itemsOf(value: DuckDBValue): readonly DuckDBValue[] | undefined {
  return typeof value === 'object' && value !== null && 'items' in value
    ? (value.items as readonly DuckDBValue[])
    : undefined;
}
