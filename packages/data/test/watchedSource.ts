import type { Block, OpenSource, Source } from '../src/index.js';

/** A source that remembers which blocks were read from another, and how often it was opened and closed. */
export interface WatchedSource extends Source {
  readonly reads: number[];
  readonly opened: number;
  readonly closed: number;
}

export function watched(source: Source): WatchedSource {
  const reads: number[] = [];
  let opened = 0;
  let closed = 0;
  const watch = (open: OpenSource): OpenSource => ({
    schema: open.schema,
    blockCount: open.blockCount,
    ...(open.countRows && { countRows: open.countRows }),
    read: (block, fields): Promise<Block | undefined> => {
      reads.push(block);
      return open.read(block, fields);
    },
    close: () => {
      closed++;
      return open.close();
    },
  });
  return {
    name: source.name,
    once: source.once,
    reads,
    get opened() {
      return opened;
    },
    get closed() {
      return closed;
    },
    open: async (signal) => {
      opened++;
      return watch(await source.open(signal));
    },
  };
}
