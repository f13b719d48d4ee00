import { UnreadableError } from '../../withPlace.js';
import type { FlatTable } from '../metadata/flatTable.js';
import { safeInteger } from '../metadata/flatTable.js';

/** Codecs that a body can be compressed with. */
export type CodecName = 'lz4' | 'zstd';

/** Length and null count of one column, list child and so on, in the order of a walk through the schema. */
export interface BatchNode {
  readonly length: number;
  readonly nulls: number;
}

/** Bytes `start` to `start + length` of a body. */
export interface BatchRegion {
  readonly start: number;
  readonly length: number;
}

/** What the metadata of a record batch says about its body. */
export interface ArrowBatch {
  readonly rows: number;
  readonly nodes: readonly BatchNode[];
  readonly regions: readonly BatchRegion[];
  /** How many further buffers each string or binary view has. */
  readonly variadicCounts: readonly number[];
  readonly codec?: CodecName | undefined;
}

/** Bytes of a node or a region: two integers. */
const PAIR = 16;

/**
 * Reads a record batch's metadata. Every region lies inside the body.
 *
 * @see format/Message.fbs, "RecordBatch"
 */
export function arrowBatch(header: FlatTable, bodyLength: number): ArrowBatch {
  const { view } = header;
  const nodes: BatchNode[] = [];
  for (let { start: at, length } = header.vector(1, PAIR); length > 0; at += PAIR, length--) {
    nodes.push({ length: safeInteger(view, at), nulls: safeInteger(view, at + 8) });
  }
  const regions: BatchRegion[] = [];
  for (let { start: at, length: left } = header.vector(2, PAIR); left > 0; at += PAIR, left--) {
    const start = safeInteger(view, at);
    const length = safeInteger(view, at + 8);
    if (start + length > bodyLength) {
      throw new RangeError(`bytes ${start} to ${start + length} of a body of ${bodyLength} bytes`);
    }
    if (start % 8 !== 0 && length > 0) {
      throw new RangeError(`a buffer from byte ${start} on, which is no multiple of 8`);
    }
    regions.push({ start, length });
  }
  const codec = codecOf(header.table(3));
  if (codec !== undefined) expectApart(regions);
  const variadic = header.vector(4, 8);
  return {
    rows: header.int64(0),
    nodes,
    regions,
    variadicCounts: Array.from({ length: variadic.length }, (_, i) =>
      safeInteger(view, variadic.start + 8 * i),
    ),
    codec,
  };
}

/** Buffers that share what they unpack would take memory without end. */
function expectApart(regions: readonly BatchRegion[]): void {
  let end = 0;
  for (const region of regions.filter(({ length }) => length > 0).sort((a, b) => a.start - b.start)) {
    if (region.start < end) throw new RangeError('compressed buffers that overlap');
    end = region.start + region.length;
  }
}

function codecOf(compression: FlatTable | undefined): CodecName | undefined {
  if (compression === undefined) return undefined;
  const codec = compression.uint8(0);
  if (codec > 1)
    throw new UnreadableError(`expected lz4 or zstd compression, got codec ${codec}; write it uncompressed`);
  return codec === 0 ? 'lz4' : 'zstd';
}
