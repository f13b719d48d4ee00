import { type Data, makeData, Utf8 } from 'apache-arrow';
import { forEachPiece } from '../../forEachPiece.js';

/** Bytes of a view: a length, then the string itself, or its first four bytes, a buffer's number and a place in it. */
export const VIEW = 16;
const INLINE = 12;

const MAX_BYTES = 2 ** 31 - 1;

/**
 * Reads of a column's further buffers only the parts that its views point into. Afterwards the views point into these.
 *
 * @param isValid whether a row has a string: the view of a null may hold anything
 * @param count how many buffers there are
 */
export async function viewedBuffers(
  views: Uint8Array,
  isValid: (row: number) => boolean,
  count: number,
  read: (buffer: number, start: number, length: number) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const view = new DataView(views.buffer, views.byteOffset, views.byteLength);
  const parts = Array.from({ length: count }, () => ({ start: Number.POSITIVE_INFINITY, end: 0 }));
  const eachPart = (see: (part: { start: number; end: number }, at: number) => void): Promise<void> =>
    forEachPiece(views.byteLength / VIEW, (from, to) => {
      for (let row = from; row < to; row++) {
        const at = row * VIEW;
        const part = parts[view.getInt32(at + 8, true)];
        if (view.getInt32(at, true) > INLINE && part !== undefined && isValid(row)) see(part, at);
      }
    });
  await eachPart((part, at) => {
    const start = view.getInt32(at + 12, true);
    if (start < 0) throw new RangeError(`string ${at / VIEW} lies outside its buffer`);
    part.start = Math.min(part.start, start);
    part.end = Math.max(part.end, start + view.getInt32(at, true));
  });
  const buffers: Uint8Array[] = [];
  for (const [buffer, { start, end }] of parts.entries()) {
    buffers.push(end === 0 ? new Uint8Array(0) : await read(buffer, start, end - start));
  }
  await eachPart(({ start }, at) => view.setInt32(at + 12, view.getInt32(at + 12, true) - start, true));
  return buffers;
}

/**
 * A column of string views as one of plain strings.
 *
 * @throws {RangeError} when a view lies outside its buffer, or views of the same bytes would come to over 2 GiB.
 */
export async function plainStrings(column: Data): Promise<Data<Utf8>> {
  const { length, nullCount, nullBitmap, offset } = column;
  const bytes: Uint8Array = column.values;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const valueOffsets = new Int32Array(length + 1);
  let end = 0;
  await forEachPiece(length, (from, to) => {
    for (let i = from; i < to; i++) {
      // The view of a null may hold anything.
      if (column.getValid(i)) end += viewed(column, view, bytes, i * VIEW).byteLength;
      if (end > MAX_BYTES) throw new RangeError('its strings come to over 2 GiB');
      valueOffsets[i + 1] = end;
    }
  });
  const data = new Uint8Array(end);
  await forEachPiece(length, (from, to) => {
    for (let i = from; i < to; i++) {
      if (column.getValid(i)) data.set(viewed(column, view, bytes, i * VIEW), valueOffsets[i]);
    }
  });
  return makeData({ type: new Utf8(), offset, length, nullCount, nullBitmap, valueOffsets, data });
}

function viewed(column: Data, view: DataView, bytes: Uint8Array, at: number): Uint8Array {
  const length = view.getInt32(at, true);
  if (length >= 0 && length <= INLINE) return bytes.subarray(at + 4, at + 4 + length);
  const buffer = column.variadicBuffers[view.getInt32(at + 8, true)];
  const start = view.getInt32(at + 12, true);
  if (buffer === undefined || length < 0 || start < 0 || start + length > buffer.byteLength) {
    throw new RangeError(`string ${at / VIEW} lies outside its buffer`);
  }
  return buffer.subarray(start, start + length);
}
