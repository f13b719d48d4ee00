import { type Data, makeData, Utf8 } from 'apache-arrow';
import { inPieces } from '../inPieces.js';

/** Bytes of a view: a length, then the string itself, or its first four bytes, a buffer's number and a place in it. */
const VIEW = 16;
const INLINE = 12;

const MAX_BYTES = 2 ** 31 - 1;

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
  await inPieces(length, (from, to) => {
    for (let i = from; i < to; i++) {
      // The view of a null may hold anything.
      if (column.getValid(i)) end += viewed(column, view, bytes, i * VIEW).byteLength;
      if (end > MAX_BYTES) throw new RangeError('its strings come to over 2 GiB');
      valueOffsets[i + 1] = end;
    }
  });
  const data = new Uint8Array(end);
  await inPieces(length, (from, to) => {
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
