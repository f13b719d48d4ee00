import type { OpenSource } from '@fluxion/data';

/** An open source, but for what is changed of it. */
export function changedSource(open: OpenSource, changes: Partial<OpenSource>): OpenSource {
  const { schema, badRows, countRows, locate } = open;
  return {
    schema,
    badRows,
    ...(countRows && { countRows: () => countRows.call(open) }),
    ...(locate && { locate: (row: number) => locate.call(open, row) }),
    read: (from, count, fields, isWanted) => open.read(from, count, fields, isWanted),
    close: () => open.close(),
    ...changes,
  };
}
