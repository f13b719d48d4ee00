import { basename, dirname, join } from 'node:path';
import { DataError, expectObject } from '@fluxion/tensor';
import type { ColumnOptions } from '../../encode/raw/columnOptions.js';
import type { EncodedOptions } from '../../examples/examples.js';
import { lastAtMost } from '../../lastAtMost.js';
import { expectSource } from '../expectSource.js';
import { rowPlace } from '../locateRows.js';
import type { OpenSource, Source } from '../source.js';
import { BadRowCount } from './badRowCount.js';
import type { BadRowOptions } from './badRowOptions.js';
import { findBadRows } from './findBadRows.js';
import { exampleCheck, type RowCheck, valueCheck } from './rowCheck.js';
import { usableStream } from './usableStream.js';
import { valuesOf } from './valuesOf.js';

/** Options of `usableRows`. */
export interface UsableRowsOptions extends BadRowOptions {
  /** What the rows are to become, as for `examples`. Default: rows are bad that have a value which no encoder takes, as an infinity. */
  readonly examples?: ColumnOptions | EncodedOptions | undefined;
  /** Without `examples`, the columns that are looked at. Default: all. */
  readonly columns?: readonly string[] | undefined;
}

/** Rows that are looked at in one go. */
const ROWS = 2 ** 12;

/**
 * A source without the rows that cannot be used, whatever its format: those that the encoder would refuse, as they have an unknown
 * class, an infinity, or a word where it knows numbers. It is gone through once when it is first opened; a one-way source is
 * looked at as it comes. `badRows` of the open source tells how many are left out, with those that the source leaves out itself.
 *
 * @throws {OptionError} when an option has a value that cannot be used; {DataError} by `open`, or by `read` of a one-way source,
 *   when too many are bad.
 * @example
 * const encoder = await fitEncoder(source, { target: 'kind' });
 * const usable = usableRows(arrowFile('more.arrow'), { onBadRow: 'quarantine', examples: { encoder } });
 * await evaluate(model, examples(usable, { encoder }), { loss: meanLoss(softmaxCrossEntropy()) });
 */
export function usableRows(source: Source, given: UsableRowsOptions): Source {
  expectSource('usableRows', source);
  const { examples, columns, ...options } = expectObject(
    'usableRows',
    given,
    'an object of options',
    [],
    "give one, as { onBadRow: 'skip' }",
  );
  const counter = (): BadRowCount =>
    new BadRowCount(options, (file) => join(dirname(file), `_refused-rows.${basename(file)}.jsonl`));
  if (!counter().areLeftOut) return source;
  let known: BadPlaces | undefined;
  return {
    ...source,
    open: async (signal) => {
      const open = await source.open(signal);
      const bad = counter();
      try {
        const check =
          examples === undefined
            ? valueCheck(open.schema, columns)
            : await exampleCheck(open, source.name, examples);
        if (open.countRows === undefined) return usableStream(open, source.name, check, bad);
        const rows = await open.countRows();
        if (known?.rows !== rows) known = await badPlaces(open, source.name, rows, check, bad, signal);
        return withoutBad(open, source.name, known);
      } catch (error) {
        await open.close();
        throw error;
      } finally {
        if (open.countRows !== undefined) await bad.close();
      }
    },
  };
}

/** Which rows of a source are bad. */
interface BadPlaces {
  /** How many there are, with the bad ones. */
  readonly rows: number;
  /** How many are bad. */
  readonly count: number;
  /** How many usable rows come before each bad one. */
  readonly before: readonly number[];
}

async function badPlaces(
  open: OpenSource,
  file: string,
  rows: number,
  check: RowCheck,
  bad: BadRowCount,
  signal: AbortSignal | undefined,
): Promise<BadPlaces> {
  const before: number[] = [];
  const all = [...open.schema.fields.keys()];
  const others = open.badRows ?? 0;
  const look = async (from: number, count: number): Promise<void> => {
    for (let row = from; row < from + count; ) {
      const block = await open.read(row, from + count - row, check.fields);
      if (block === undefined) {
        throw new DataError(`expected ${rows} rows, got ${row}; leave the data alone while it is read`, {
          file,
        });
      }
      await check.look(block);
      row += block.rows;
    }
  };
  for (let from = 0; from < rows; from += ROWS) {
    signal?.throwIfAborted();
    await findBadRows(from, Math.min(ROWS, rows - from), look, async (row, { reason, place: { column } }) => {
      before.push(row - before.length);
      const error = new DataError(reason, { ...rowPlace(open, file, row), column });
      await bad.add(error, async () => ({ values: await valuesOf(open, row, all) }));
      bad.expectFew(rows + others, others);
    });
  }
  await bad.end();
  return { rows, count: before.length, before };
}

function withoutBad(open: OpenSource, file: string, { rows, count, before }: BadPlaces): OpenSource {
  const usable = rows - count;
  const sourceRow = (row: number): number => row + lastAtMost(before, row) + 1;
  return {
    schema: open.schema,
    badRows: (open.badRows ?? 0) + count,
    countRows: async () => usable,
    locate: (row) => rowPlace(open, file, sourceRow(row)),
    read: async (from, most, fields, isWanted) => {
      if (from >= usable) return undefined;
      const next = before[lastAtMost(before, from) + 1] ?? usable;
      const shift = sourceRow(from) - from;
      const block = await open.read(
        from + shift,
        Math.min(most, next - from),
        fields,
        isWanted && ((row) => isWanted(row - shift)),
      );
      return block && { ...block, isLast: from + block.rows === usable };
    },
    close: () => open.close(),
  };
}
