import { type Data, DataType, makeData, Type, Utf8, type Vector } from 'apache-arrow';
import { forEachPiece } from '../../forEachPiece.js';
import { UnreadableError } from '../../withPlace.js';
import { plainStrings, VIEW, viewedBuffers } from '../strings/stringViews.js';
import type { ColumnLayout } from './columnLayout.js';

/** Gives bytes of one of a column's buffers: `length` of them from byte `start` on, or all that follow. */
export type ReadBuffer = (
  layout: ColumnLayout,
  buffer: number,
  start: number,
  length?: number,
) => Promise<Uint8Array>;

/**
 * Rows `from` to `from + length` of a column as the Arrow library's `Data`, without a copy. Each buffer is checked to be as
 * long as the rows need: the library would answer `undefined` for what is missing.
 *
 * @throws {UnreadableError} when a buffer is too short, or the column's type is not one that can be learned from.
 */
export async function columnData(
  layout: ColumnLayout,
  from: number,
  length: number,
  read: ReadBuffer,
  dictionary: (id: number) => Vector | undefined,
): Promise<Data> {
  const { type, node } = layout;
  if (node.nulls > node.length) {
    throw new UnreadableError(
      `expected at most ${node.length} nulls, got ${node.nulls}; write the data again`,
    );
  }
  const bits = (buffer: number): Promise<Uint8Array> =>
    read(layout, buffer, from >> 3, Math.ceil((from + length) / 8) - (from >> 3));
  const values = (width: number): Promise<Uint8Array> => read(layout, 1, from * width, length * width);
  const isWhole = from === 0 && length === node.length;
  /** The library counts the nulls of a part where it is asked to. */
  const nullCount = node.nulls === 0 ? 0 : isWhole ? node.nulls : -1;
  const nullBitmap = node.nulls === 0 ? new Uint8Array(0) : await bits(0);
  /** The offset counts in bitmaps alone. */
  const common = { offset: from & 7, length, nullCount, nullBitmap };

  if (DataType.isBool(type)) return makeData({ type, ...common, data: await bits(1) });
  if (DataType.isDictionary(type)) {
    const words = dictionary(type.id);
    if (words === undefined) {
      throw new UnreadableError(
        `expected dictionary ${type.id} before its first use, got none; write the data again`,
      );
    }
    const data = await values(type.indices.ArrayType.BYTES_PER_ELEMENT);
    return makeData({ type, ...common, data, dictionary: words });
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    const offsets = await stringOffsets(layout, from, length, read, type.typeId === Type.LargeUtf8 ? 8 : 4);
    const start = offsets[0] as number;
    const data = await read(layout, 2, start, (offsets[length] as number) - start);
    const valueOffsets = start === 0 ? offsets : offsets.map((offset) => offset - start);
    // Large strings become plain ones: a body is below 2 GiB, so their offsets are too.
    return makeData({ type: new Utf8(), ...common, valueOffsets, data });
  }
  if (DataType.isUtf8View(type)) {
    const { offset } = common;
    const views = (await values(VIEW)).slice();
    const buffers = layout.regions.length - 2;
    const isValid = (row: number): boolean =>
      node.nulls === 0 || (((nullBitmap[(offset + row) >> 3] as number) >> ((offset + row) & 7)) & 1) === 1;
    const variadicBuffers = await viewedBuffers(views, isValid, buffers, (buffer, start, length) =>
      read(layout, buffer + 2, start, length),
    );
    return plainStrings(makeData({ type, offset, length, nullBitmap, views, variadicBuffers }));
  }
  if (DataType.isFixedSizeList(type)) {
    const [child] = layout.children;
    if (child === undefined || child.node.length < node.length * type.listSize) {
      throw new UnreadableError(
        `expected ${node.length} lists of ${type.listSize}, got ${child?.node.length ?? 0} values; write the data again`,
      );
    }
    const { listSize } = type;
    return makeData({
      type,
      ...common,
      child: await columnData(child, from * listSize, length * listSize, read, dictionary),
    });
  }
  if (DataType.isList(type)) {
    const [child] = layout.children;
    const offsets = await stringOffsets(layout, from, length, read, 4);
    const [start, end] = [offsets[0] as number, offsets[length] as number];
    if (child === undefined || end > child.node.length) {
      throw new UnreadableError(
        `expected ${end} values in lists, got ${child?.node.length ?? 0}; write the data again`,
      );
    }
    const valueOffsets = start === 0 ? offsets : offsets.map((offset) => offset - start);
    const values = await columnData(child, start, end - start, read, dictionary);
    return makeData({ type, ...common, valueOffsets, child: values });
  }
  const width = fixedWidth(type);
  if (width === undefined) {
    throw new UnreadableError(
      `expected numbers, dates, strings or lists of these, got ${type}; convert the column`,
    );
  }
  // The library's overloads want one literal type each; all of these hold plain numbers.
  return makeData({ type, ...common, data: await values(width) } as Parameters<typeof makeData>[0]);
}

/** Longest string, in bytes. */
const MAX_STRING = 2 ** 24;

/** Bytes that the rows need of a buffer, where the layout tells: of words, only their offsets tell how long these are. */
export function bufferLength({ type, node: { length } }: ColumnLayout, buffer: number): number | undefined {
  if (buffer === 0 || DataType.isBool(type)) return Math.ceil(length / 8);
  if (buffer > 1) return undefined;
  if (DataType.isUtf8(type) || DataType.isList(type)) return 4 * (length + 1);
  if (DataType.isLargeUtf8(type)) return 8 * (length + 1);
  if (DataType.isUtf8View(type)) return VIEW * length;
  const width = fixedWidth(DataType.isDictionary(type) ? type.indices : type);
  return width === undefined ? undefined : width * length;
}

/** Bytes of a value, where a column is a list of values of one width and nothing else. */
export function fixedWidth(type: DataType): number | undefined {
  const isPlain =
    DataType.isInt(type) ||
    DataType.isFloat(type) ||
    DataType.isDecimal(type) ||
    DataType.isDate(type) ||
    DataType.isTime(type) ||
    DataType.isTimestamp(type) ||
    DataType.isDuration(type);
  if (!isPlain) return undefined;
  return DataType.isDecimal(type) ? type.bitWidth / 8 : type.ArrayType.BYTES_PER_ELEMENT;
}

/** Where each string starts and the last one ends, checked to rise: length + 1 offsets. */
async function stringOffsets(
  layout: ColumnLayout,
  from: number,
  length: number,
  read: ReadBuffer,
  width: 4 | 8,
): Promise<Int32Array> {
  if (length === 0) return new Int32Array(1);
  const { buffer, byteOffset } = await read(layout, 1, from * width, (length + 1) * width);
  const long = width === 8 ? new BigInt64Array(buffer, byteOffset, length + 1) : undefined;
  const offsets =
    long === undefined ? new Int32Array(buffer, byteOffset, length + 1) : new Int32Array(length + 1);
  let end = 0;
  await forEachPiece(length + 1, (from, to) => {
    for (let i = from; i < to; i++) {
      const offset = long === undefined ? (offsets[i] as number) : Number(long[i]);
      // One beyond 2 GiB lies beyond the body.
      if (offset < end || offset >= 2 ** 31) throw new RangeError(`string ${i} ends before it starts`);
      if (i > 0 && offset - end > MAX_STRING) {
        throw new UnreadableError(
          `expected strings of at most ${MAX_STRING} bytes, got ${offset - end}; leave it out`,
        );
      }
      offsets[i] = offset;
      end = offset;
    }
  });
  return offsets;
}
