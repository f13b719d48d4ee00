import type { Block, OpenSource, Source } from '../src/index.js';

/** A source that remembers from which rows on another was read, and how often it was opened and closed. */
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
    ...(open.countRows && { countRows: () => open.countRows?.() as Promise<number> }),
    read: (from, count, fields): Promise<Block | undefined> => {
      reads.push(from);
      return open.read(from, count, fields);
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
