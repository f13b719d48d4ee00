import { UnreadableError } from '../located.js';
import type { FlatTable } from './flatTable.js';
import { safeInteger } from './flatTable.js';

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

/**
 * Reads a record batch's metadata. Every region lies inside the body.
 *
 * @see format/Message.fbs, "RecordBatch"
 */
export function arrowBatch(header: FlatTable, bodyLength: number): ArrowBatch {
  const { view } = header;
  const pairs = (slot: number): (readonly [number, number])[] => {
    const { start, length } = header.vector(slot, 16);
    return Array.from(
      { length },
      (_, i) => [safeInteger(view, start + 16 * i), safeInteger(view, start + 16 * i + 8)] as const,
    );
  };
  const regions = pairs(2).map(([start, length]) => ({ start, length }));
  for (const { start, length } of regions) {
    if (start + length > bodyLength) {
      throw new RangeError(`bytes ${start} to ${start + length} of a body of ${bodyLength} bytes`);
    }
  }
  const variadic = header.vector(4, 8);
  return {
    rows: header.int64(0),
    nodes: pairs(1).map(([length, nulls]) => ({ length, nulls })),
    regions,
    variadicCounts: Array.from({ length: variadic.length }, (_, i) =>
      safeInteger(view, variadic.start + 8 * i),
    ),
    codec: codecOf(header.table(3)),
  };
}

function codecOf(compression: FlatTable | undefined): CodecName | undefined {
  if (compression === undefined) return undefined;
  const codec = compression.uint8(0);
  if (codec > 1)
    throw new UnreadableError(`expected lz4 or zstd compression, got codec ${codec}; write it uncompressed`);
  return codec === 0 ? 'lz4' : 'zstd';
}
