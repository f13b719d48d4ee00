import { forEachPiece } from '../../forEachPiece.js';
import { UnreadableError } from '../../withPlace.js';
import { decompress } from '../compression/decompress.js';
import type { BatchRegion, CodecName } from './arrowBatch.js';
import type { ReadBuffer } from './columnData.js';
import type { ColumnLayout } from './columnLayout.js';

/** The bytes of a body, from the first to the last that these columns have: the only ones to be read. */
export function bodyExtent(columns: readonly ColumnLayout[]): BatchRegion {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  const visit = ({ regions, children }: ColumnLayout): void => {
    for (const region of regions) {
      if (region.length === 0) continue;
      start = Math.min(start, region.start);
      end = Math.max(end, region.start + region.length);
    }
    children.forEach(visit);
  };
  columns.forEach(visit);
  return end === 0 ? { start: 0, length: 0 } : { start, length: end - start };
}

/** Reads buffers from a body of which `bytes` is the part from byte `start` on. */
export function bodyReader(bytes: Uint8Array, start: number, codec: CodecName | undefined): ReadBuffer {
  return async ({ regions }, buffer, from, needed) => {
    const region = regions[buffer];
    const length = region?.length ?? 0;
    const at = length === 0 ? 0 : (region as BatchRegion).start - start;
    const stored = bytes.subarray(at, at + length);
    const end = needed === undefined ? undefined : from + needed;
    const values = codec === undefined || length === 0 ? stored : await decompress(codec, stored, end);
    return aligned(values.subarray(from, expectEnd(values.byteLength, from, needed)));
  };
}

/** Reads buffers of an uncompressed body from wherever it lies, no more of them than is asked for. */
export function rangeReader(readBytes: (start: number, length: number) => Promise<Uint8Array>): ReadBuffer {
  return async ({ regions }, buffer, from, needed) => {
    const { start, length } = regions[buffer] ?? { start: 0, length: 0 };
    return readBytes(start + from, expectEnd(length, from, needed) - from);
  };
}

/**
 * Where the bytes that are asked for end.
 *
 * @throws {UnreadableError} when the buffer is shorter.
 */
export function expectEnd(length: number, from: number, needed: number | undefined): number {
  const end = from + (needed ?? Math.max(length - from, 0));
  if (end <= length) return end;
  throw new UnreadableError(`expected a buffer of ${end} bytes, got ${length}; write the data again`);
}

/** A typed array starts at a multiple of its element's size; the format asks for one of 8. */
async function aligned(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes.byteOffset % 8 === 0) return bytes;
  const copy = new Uint8Array(bytes.byteLength);
  await forEachPiece(copy.byteLength, (from, to) => copy.set(bytes.subarray(from, to), from));
  return copy;
}
