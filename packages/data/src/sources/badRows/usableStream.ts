import { DataError } from '@fluxion/tensor';
import type { Block, OpenSource } from '../source.js';
import type { BadRowCount } from './badRowCount.js';
import { findBadRows } from './findBadRows.js';
import type { RowCheck } from './rowCheck.js';
import { rowOf } from './valuesOf.js';

/** Rows that are looked at in one go. */
const ROWS = 2 ** 12;
/** Rows from which on the share of bad ones is looked at; before that it says little. */
const FEWEST = 1000;

/** A one-way source without the rows that cannot be used. */
export function usableStream(open: OpenSource, file: string, check: RowCheck, bad: BadRowCount): OpenSource {
  /** Usable rows that have been read and not given, in their order. */
  let waiting: Block[] = [];
  /** Usable rows given or passed over, and rows read. */
  let given = 0;
  let seen = 0;
  let isOver = false;

  const readOn = async (fields: readonly number[]): Promise<void> => {
    const all = [...new Set([...fields, ...check.fields])];
    const block = await open.read(seen, ROWS, all);
    const first = seen;
    if (block !== undefined) {
      seen += block.rows;
      const of = (wanted: readonly number[], from: number, count: number): Block => ({
        rows: count,
        columns: wanted.map((field) =>
          (block.columns[all.indexOf(field)] as Block['columns'][0]).slice(from, count),
        ),
      });
      const names = all.map((field) => open.schema.fields[field]?.name ?? '');
      let start = 0;
      const takeUpTo = (end: number): void => {
        if (end > start) waiting.push(of(fields, start, end - start));
        start = end + 1;
      };
      await findBadRows(
        0,
        block.rows,
        (from, count) => check.look(of(check.fields, from, count)),
        async (row, { reason, place: { column } }) => {
          takeUpTo(row);
          const error = new DataError(reason, { file, row: first + row, column });
          await bad.add(error, async () => ({ values: rowOf(names, block.columns, row) }));
        },
      );
      takeUpTo(block.rows);
    }
    isOver = block === undefined || block.isLast === true;
    if (isOver || seen >= FEWEST) bad.expectFew(seen);
    if (isOver) await bad.end();
  };

  return {
    schema: open.schema,
    get badRows() {
      return bad.count;
    },
    read: async (from, count, fields) => {
      for (;;) {
        const [block, ...others] = waiting;
        if (block === undefined) {
          if (isOver) return undefined;
          await readOn(fields);
          continue;
        }
        const passed = Math.min(from - given, block.rows);
        const rows = Math.min(count, block.rows - passed);
        given += passed + rows;
        const rest = block.rows - passed - rows;
        waiting = rest > 0 ? [slice(block, passed + rows, rest), ...others] : others;
        if (rows === 0) continue;
        return { ...slice(block, passed, rows), isLast: isOver && waiting.length === 0 };
      }
    },
    close: async () => {
      await bad.close();
      await open.close();
    },
  };
}

function slice({ rows, columns }: Block, from: number, count: number): Block {
  return { rows: count, columns: rows === count ? columns : columns.map((data) => data.slice(from, count)) };
}
