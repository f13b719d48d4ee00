import { type Data, DataType, makeData, Type, Utf8, type Vector } from 'apache-arrow';
import { inPieces } from '../inPieces.js';
import { UnreadableError } from '../located.js';
import type { ColumnLayout } from './columnLayout.js';
import { plainStrings } from './stringViews.js';

/** Gives one of a column's buffers: its first `bytes` bytes, or all of it. */
export type ReadBuffer = (layout: ColumnLayout, buffer: number, bytes?: number) => Promise<Uint8Array>;

/**
 * The values of a column as the Arrow library's `Data`, without a copy. Each buffer is checked to be as long as the
 * rows need: the library would answer `undefined` for what is missing.
 *
 * @throws {UnreadableError} when a buffer is too short, or the column's type is not one that can be learned from.
 */
export async function columnData(
  layout: ColumnLayout,
  read: ReadBuffer,
  dictionary: (id: number) => Vector | undefined,
): Promise<Data> {
  const { type, node } = layout;
  const { length, nulls: nullCount } = node;
  if (nullCount > length) {
    throw new UnreadableError(`expected at most ${length} nulls, got ${nullCount}; write the data again`);
  }
  const bitmap = Math.ceil(length / 8);
  const nullBitmap = nullCount === 0 ? new Uint8Array(0) : await read(layout, 0, bitmap);

  if (DataType.isBool(type)) {
    return makeData({ type, length, nullCount, nullBitmap, data: await read(layout, 1, bitmap) });
  }
  if (DataType.isInt(type)) {
    const data = await read(layout, 1, length * type.ArrayType.BYTES_PER_ELEMENT);
    return makeData({ type, length, nullCount, nullBitmap, data });
  }
  if (DataType.isFloat(type)) {
    const data = await read(layout, 1, length * type.ArrayType.BYTES_PER_ELEMENT);
    return makeData({ type, length, nullCount, nullBitmap, data });
  }
  if (DataType.isDictionary(type)) {
    const values = dictionary(type.id);
    if (values === undefined) {
      throw new UnreadableError(
        `expected dictionary ${type.id} before its first use, got none; write the data again`,
      );
    }
    const data = await read(layout, 1, length * type.indices.ArrayType.BYTES_PER_ELEMENT);
    return makeData({ type, length, nullCount, nullBitmap, data, dictionary: values });
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    const valueOffsets = await stringOffsets(layout, read, type.typeId === Type.LargeUtf8 ? 8 : 4);
    const data = await read(layout, 2, valueOffsets[length] as number);
    // Large strings become plain ones: a body is below 2 GiB, so their offsets are too.
    return makeData({ type: new Utf8(), length, nullCount, nullBitmap, valueOffsets, data });
  }
  if (DataType.isUtf8View(type)) {
    const views = await read(layout, 1, length * 16);
    const variadicBuffers: Uint8Array[] = [];
    for (let buffer = 2; buffer < layout.regions.length; buffer++) {
      variadicBuffers.push(await read(layout, buffer));
    }
    return plainStrings(makeData({ type, length, nullBitmap, views, variadicBuffers }));
  }
  if (DataType.isFixedSizeList(type)) {
    const [child] = layout.children;
    if (child === undefined || child.node.length < length * type.listSize) {
      throw new UnreadableError(
        `expected ${length} lists of ${type.listSize}, got ${child?.node.length ?? 0} values; write the data again`,
      );
    }
    return makeData({
      type,
      length,
      nullCount,
      nullBitmap,
      child: await columnData(child, read, dictionary),
    });
  }
  throw new UnreadableError(
    `expected numbers, strings or fixed-size lists of numbers, got ${type}; convert the column`,
  );
}

/** Where each string starts and the last one ends, checked to rise: length + 1 offsets. */
async function stringOffsets(layout: ColumnLayout, read: ReadBuffer, width: 4 | 8): Promise<Int32Array> {
  const { length } = layout.node;
  if (length === 0) return new Int32Array(1);
  const { buffer, byteOffset } = await read(layout, 1, (length + 1) * width);
  const long = width === 8 ? new BigInt64Array(buffer, byteOffset, length + 1) : undefined;
  const offsets =
    long === undefined ? new Int32Array(buffer, byteOffset, length + 1) : new Int32Array(length + 1);
  let end = 0;
  await inPieces(length + 1, (from, to) => {
    for (let i = from; i < to; i++) {
      const offset = long === undefined ? (offsets[i] as number) : Number(long[i]);
      // One beyond 2 GiB lies beyond the body.
      if (offset < end || offset >= 2 ** 31) throw new RangeError(`string ${i} ends before it starts`);
      offsets[i] = offset;
      end = offset;
    }
  });
  return offsets;
}
