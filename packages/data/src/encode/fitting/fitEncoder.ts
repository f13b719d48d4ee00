import { DataError, expectNames, OptionError, StateError } from '@fluxion/tensor';
import { differingRank } from '../../order/differingRank.js';
import { type GatheringShard, shardPart } from '../../order/shard.js';
import { expectSource } from '../../sources/expectSource.js';
import { rowPlace } from '../../sources/locateRows.js';
import type { OpenSource, Source } from '../../sources/source.js';
import { Encoder, type PlannedColumn } from '../encoder/encoder.js';
import type { MixedColumn } from '../encoder/mixedColumn.js';
import { expectEncoding } from '../encodings/encodings.js';
import type { FitOptions } from './fitOptions.js';
import { TableFit } from './tableFit.js';

/**
 * Looks at a table once and makes the encoder of its rows: what each column becomes, with the statistics that this takes,
 * and what is to be predicted. A one-way source is used up by it.
 *
 * A column whose encoding is not given is encoded by what it holds: numbers are standardized, or where they are skewed or have
 * long tails taken by their logarithm or rank; up to 10 different whole numbers, and words, become one-hot. Left out are columns that
 * are the same in every row, count or identify the rows, or repeat a target; `encoder.leftOut` says so. `encoder.mixed` names columns of
 * numbers that a few cells make columns of words.
 *
 * @throws {OptionError} when an option cannot be; {DataError} when a column is missing or cannot be used, with the row where
 *   it is one, or there are no rows.
 * @example
 * const encoder = await fitEncoder(source, { target: 'income', columns: { age: standardize() } });
 * encoder.columns; // [{ column: 'age', encoding: 'standardize', width: 1, why: … }, …]
 * const model = sequential([linear(64), relu(), linear(encoder.classes.length)], { encoder, seed: 1 });
 */
export async function fitEncoder(
  source: Source,
  options: FitOptions = {},
  signal?: AbortSignal,
): Promise<Encoder> {
  expectSource('fitEncoder', source);
  expectNames('fitEncoder options', options, ['target', 'weight', 'input', 'columns', 'rows', 'shard']);
  const { columns = {}, shard } = options;
  if (shard !== undefined) expectGathering(shard);
  for (const [name, description] of Object.entries(columns)) {
    expectEncoding(description, `fitEncoder columns.${name}`);
  }
  const open = await source.open(signal);
  try {
    const file = source.name;
    const fit = await lookAtAll(open, file, options, signal);
    const {
      targets,
      weight,
      columns: fits,
      rows: { seen, untargeted },
    } = fit;
    if (seen === 0 && untargeted > 0) {
      const column = targets.map((target) => target.column.name).join(', ');
      throw new DataError('expected a target, got a gap in every row; name another column, or fill it in', {
        file,
        column,
      });
    }
    if (seen === 0) {
      throw new DataError('expected rows to learn from, got none; give data with rows', {
        file,
      });
    }

    const found = targets.map((target) => target.target());
    const leftOut = [...fit.leftOut];
    const planned: PlannedColumn[] = [];
    const mixed: MixedColumn[] = [];
    for (const fit of fits) {
      const decision = fit.decide(found);
      const column = fit.column.name;
      if (decision.strays !== undefined) {
        const { count, cell, row, of } = decision.strays;
        mixed.push({ column, words: count, cells: of, cell, place: rowPlace(open, file, row) });
      }
      if ('leftOut' in decision) leftOut.push({ column, why: decision.leftOut });
      else planned.push({ column, reader: decision.reader, state: decision.state, why: decision.why });
    }
    if (planned.length === 0) {
      const told = leftOut.slice(0, TOLD).map(({ column, why }) => `'${column}': ${why}`);
      const more = leftOut.length > TOLD ? [`and ${leftOut.length - TOLD} more`] : [];
      const reasons = [...told, ...more].join('; ');
      throw new DataError(
        `expected a column to learn from, got none (${reasons || 'there is none besides the target'}); give a table with a column that tells of the target`,
        { file },
      );
    }
    return new Encoder(planned, found, leftOut, { untargeted, mixed, weight: weight?.weight(file) });
  } finally {
    await open.close();
  }
}

/** Columns that are left out of which an error says why. */
const TOLD = 5;

/**
 * Looks at all rows, or where there are several processes at this one's share, and takes in what the others have seen. A one-way
 * source is looked at whole by each.
 */
async function lookAtAll(
  open: OpenSource,
  file: string,
  options: FitOptions,
  signal: AbortSignal | undefined,
): Promise<TableFit> {
  const { shard, rows: filter = () => true } = options;
  const own = new TableFit(open, file, options);
  const rows = await open.countRows?.();
  if (shard === undefined || shard.size === 1 || rows === undefined) {
    await own.look(0, Number.POSITIVE_INFINITY, filter, signal);
    return own;
  }
  expectOneTable(shard, rows, own);
  await own.look(...shardPart(shard, rows), filter, signal);
  const all = new TableFit(open, file, options);
  const parts = all.parts;
  for (const [i, part] of own.parts.entries()) {
    for (const tally of shard.gather(part.tally())) parts[i]?.merge(tally);
  }
  return all;
}

/** @throws {StateError} naming a process whose table or columns are not those of the others; on every one. */
function expectOneTable(shard: GatheringShard, rows: number, { columns, targets }: TableFit): void {
  const [target, column] = [targets, columns].map((fits) =>
    fits.map(({ column: { name, type } }) => `${name}: ${type}`),
  ) as [string[], string[]];
  const difference = differingRank(shard, { rows, target, column });
  if (difference === undefined) return;
  throw new StateError(`fitEncoder: ${difference}; give all ranks the same table and options`);
}

/** @throws {OptionError} when processes could not tell each other what they have found. */
function expectGathering(shard: GatheringShard): void {
  if (typeof shard === 'object' && shard !== null && typeof shard.gather === 'function') return;
  const got = typeof shard === 'object' && shard !== null ? Object.keys(shard).join(', ') : typeof shard;
  throw new OptionError(
    `fitEncoder shard: expected rank, size and gather, as mpi() has, got ${got || 'none'}; give mpi() itself`,
  );
}
