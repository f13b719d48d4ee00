import { type Data, DataType, makeVector } from 'apache-arrow';
import type { OpenSource, Source } from '../src/index.js';

/** All values of a source, by column. It is read from row 0 on, as many rows at a time as are asked for. */
export async function readColumns(source: Source, count = 1000): Promise<Record<string, unknown[]>> {
  const open = await source.open();
  try {
    return await readRows(open, 0, Number.POSITIVE_INFINITY, count);
  } finally {
    await open.close();
  }
}

/** The values of rows `from` up to `to`, by column. */
export async function readRows(
  open: OpenSource,
  from: number,
  to: number,
  count: number,
): Promise<Record<string, unknown[]>> {
  const names = open.schema.fields.map(({ name }) => name);
  const columns = names.map((): unknown[] => []);
  for (let row = from; row < to; ) {
    const block = await open.read(row, Math.min(count, to - row), [...names.keys()]);
    if (block === undefined) break;
    for (const [i, data] of block.columns.entries()) columns[i]?.push(...valuesOf(data));
    row += block.rows;
    block.release?.();
  }
  return Object.fromEntries(names.map((name, i) => [name, columns[i] as unknown[]]));
}

function valuesOf(data: Data): unknown[] {
  return [...makeVector(data)].map((value) =>
    (DataType.isFixedSizeList(data.type) || DataType.isList(data.type)) && value !== null
      ? [...value]
      : value,
  );
}
