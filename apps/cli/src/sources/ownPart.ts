import { type RowFilter, type Shard, type Source, shardPart } from '@fluxion/data';
import { changedSource } from './changedSource.js';

/** Rows of a source that are a rank's. */
export interface OwnPart {
  readonly source: Source;
  /** Which rows of the source are examples. */
  readonly rows: RowFilter | undefined;
  /** Which of these are the rank's; all, where it is left out. */
  readonly shard?: Shard;
}

/**
 * A rank's part of a table in which the order does not count, as in measuring: consecutive rows, so that each rank reads its own and no
 * others. A source that is read one way is read whole by each.
 */
export async function ownPart(
  { source, rows }: OwnPart,
  shard: Shard,
  signal: AbortSignal,
): Promise<OwnPart> {
  const total = await countRows(source, signal);
  if (total === undefined) return { source, rows, shard };
  const [start, end] = shardPart(shard, total);
  return {
    source: {
      ...source,
      async open(signal) {
        const open = await source.open(signal);
        return changedSource(open, {
          countRows: async () => end - start,
          locate: (row) => open.locate?.(start + row) ?? { file: source.name, row: start + row },
          async read(from, count, fields, isWanted) {
            const left = end - start - from;
            if (left <= 0) return undefined;
            const isOwn = isWanted && ((row: number): boolean => isWanted(row - start));
            return open.read(start + from, Math.min(count, left), fields, isOwn);
          },
        });
      },
    },
    rows: rows && ((row) => rows(start + row)),
  };
}

async function countRows(source: Source, signal: AbortSignal): Promise<number | undefined> {
  const open = await source.open(signal);
  try {
    return await open.countRows?.();
  } finally {
    await open.close();
  }
}
