import { DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import { forEachPiece } from '../../sources/forEachPiece.js';

/** Numbers as they lie in memory. */
export type Numbers =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/**
 * The numbers of a column, one after the other and lists laid end to end: without a copy where Arrow has them as such,
 * else booleans as 0 and 1 and 64-bit integers as floats.
 *
 * @param place the block and column
 * @throws {DataError} with the row, for a null and for a 64-bit integer that a float would round.
 */
export async function columnNumbers(column: Data, place: DataPlace): Promise<Numbers> {
  let leaf = column;
  let perRow = 1;
  await refuseNulls(leaf, perRow, place);
  while (DataType.isFixedSizeList(leaf.type)) {
    perRow *= leaf.type.listSize;
    leaf = leaf.children[0] as Data;
    await refuseNulls(leaf, perRow, place);
  }
  const count = column.length * perRow;
  if (DataType.isBool(leaf.type)) return booleans(leaf, count);
  const { values } = leaf;
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return exactNumbers(values.subarray(0, count), perRow, place);
  }
  // In a sliced column the values are sliced already; its offset counts only in bitmaps.
  return (values as Numbers).subarray(0, count);
}

/** @throws {DataError} with the row of the first null of a column, or of the lists' values. */
export async function refuseNulls(data: Data, perRow: number, place: DataPlace): Promise<void> {
  if (data.nullCount === 0) return;
  const refuse = (index: number): never => {
    throw new DataError('expected a value, got null; remove the row or fill it in', {
      ...place,
      row: Math.floor(index / perRow),
    });
  };
  await forEachPiece(data.length, (from, to) => {
    for (let index = from; index < to; index++) if (!data.getValid(index)) refuse(index);
  });
  refuse(data.length);
}

async function booleans(data: Data, count: number): Promise<Uint8Array> {
  const bits: Uint8Array = data.values;
  const out = new Uint8Array(count);
  await forEachPiece(count, (from, to) => {
    for (let i = from, bit = data.offset + from; i < to; i++, bit++)
      out[i] = ((bits[bit >> 3] as number) >> (bit & 7)) & 1;
  });
  return out;
}

async function exactNumbers(
  values: BigInt64Array | BigUint64Array,
  perRow: number,
  place: DataPlace,
): Promise<Float64Array> {
  const out = new Float64Array(values.length);
  await forEachPiece(values.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const number = Number(values[i]);
      if (!Number.isSafeInteger(number)) {
        throw new DataError(`expected an integer of at most 53 bits, got ${values[i]}; make it smaller`, {
          ...place,
          row: Math.floor(i / perRow),
        });
      }
      out[i] = number;
    }
  });
  return out;
}
