import { inPieces } from '../inPieces.js';
import { UnreadableError } from '../located.js';
import type { BatchRegion, CodecName } from './arrowBatch.js';
import type { ReadBuffer } from './columnData.js';
import type { ColumnLayout } from './columnLayout.js';
import { decompress } from './decompress.js';

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
  return async ({ regions }, buffer, needed) => {
    const region = regions[buffer];
    const length = region?.length ?? 0;
    const from = length === 0 ? 0 : (region as BatchRegion).start - start;
    const stored = bytes.subarray(from, from + length);
    const values = codec === undefined || length === 0 ? stored : await decompress(codec, stored);
    if (values.byteLength < (needed ?? 0)) {
      throw new UnreadableError(
        `expected a buffer of ${needed} bytes, got ${values.byteLength}; write the data again`,
      );
    }
    // A typed array starts at a multiple of its element's size; the format asks for one of 8.
    const used = values.subarray(0, needed);
    if (used.byteOffset % 8 === 0) return used;
    const aligned = new Uint8Array(used.byteLength);
    await inPieces(used.byteLength, (from, to) => aligned.set(used.subarray(from, to), from));
    return aligned;
  };
}
