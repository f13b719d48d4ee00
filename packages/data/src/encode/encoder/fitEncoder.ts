import { DataError, expectNames, OptionError } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { RowFilter } from '../../order/holdOut.js';
import { locateRows } from '../../sources/locateRows.js';
import type { OpenSource, Source } from '../../sources/source.js';
import { findColumn } from '../column.js';
import type { EncodingDescription } from '../encodings/encoding.js';
import { expectEncoding } from '../encodings/encodings.js';
import { ColumnFit, completed, profileOf } from './columnFit.js';
import { Encoder, type LeftOutColumn, type PlannedColumn } from './encoder.js';
import { givenProfile } from './profile.js';
import { TargetFit, type TargetMeaning } from './targetFit.js';
import { WeightFit } from './weightFit.js';

/** Options of `fitEncoder`. */
export interface FitOptions {
  /**
   * The column to be predicted, or several. A record says what each is, as `{ income: 'classes', age: 'number' }`; by
   * default words, booleans and up to 20 different whole numbers are classes, and all else is a number, but for dates, which
   * are refused unless they are said to be classes. An `'amount'` is a
   * number from 0 on, as a price, of which the model gives the logarithm; its loss is `poisson()`.
   */
  readonly target?: string | readonly string[] | Readonly<Record<string, TargetMeaning>>;
  /**
   * The column of the weight of each row in the loss and in metrics: finite numbers from 0, which are divided by
   * their mean. It is no input. Default: each row counts 1. What a column is encoded to does not depend on it.
   */
  readonly weight?: string | undefined;
  /** Columns of the input. By default all that are no target. */
  readonly input?: readonly string[];
  /** How columns are encoded, by name. By default what a column holds decides. */
  readonly columns?: Readonly<Record<string, EncodingDescription>>;
  /** Which rows count, by their number: only those that are trained on should, as `holdOut(0.1).training`. Default: all. */
  readonly rows?: RowFilter;
}

/**
 * Looks at a table once and makes the encoder of its rows: what each column becomes, with the statistics that this takes,
 * and what is to be predicted. A one-way source is used up by it.
 *
 * A column whose encoding is not given is encoded by what it holds: numbers are standardized, or where they are skewed or have
 * long tails taken by their logarithm or rank; up to 10 different whole numbers, and words, become one-hot. Left out are columns that
 * are the same in every row, count or identify the rows, or repeat a target; `encoder.leftOut` says so.
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
  expectNames('fitEncoder options', options, ['target', 'weight', 'input', 'columns', 'rows']);
  const { columns = {}, rows = () => true } = options;
  for (const [name, description] of Object.entries(columns)) {
    expectEncoding(description, `fitEncoder columns.${name}`);
  }
  const open = await source.open(signal);
  try {
    const file = source.name;
    const targets = targetKinds(options.target).map(
      ([name, kind]) => new TargetFit(findColumn(open.schema, name, file), kind),
    );
    const weight =
      options.weight === undefined ? undefined : new WeightFit(findColumn(open.schema, options.weight, file));
    const { fits, leftOut } = columnFits(open, file, options, targets);
    const { seen, untargeted } = await scan(open, file, { targets, weight, fits }, rows, signal);
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
    const planned: PlannedColumn[] = [];
    for (const fit of fits) {
      const decision = fit.decide(found);
      const column = fit.column.name;
      if ('leftOut' in decision) leftOut.push({ column, why: decision.leftOut });
      else planned.push({ column, ...decision });
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
    return new Encoder(planned, found, leftOut, { untargeted, weight: weight?.weight(file) });
  } finally {
    await open.close();
  }
}

/** Columns that are left out of which an error says why. */
const TOLD = 5;

function targetKinds(target: FitOptions['target']): (readonly [string, TargetMeaning | undefined])[] {
  if (target === undefined) return [];
  if (typeof target === 'string') return [[target, undefined]];
  if (isList(target)) return [...new Set(target)].map((name) => [name, undefined]);
  for (const [name, kind] of Object.entries(target)) {
    if (kind === 'classes' || kind === 'number' || kind === 'amount') continue;
    throw new OptionError(
      `fitEncoder target.${name}: expected 'classes', 'number' or 'amount', got ${JSON.stringify(kind)}; give one of these`,
    );
  }
  return Object.entries(target);
}

function isList(target: NonNullable<FitOptions['target']>): target is readonly string[] {
  return Array.isArray(target);
}

function columnFits(
  { schema }: OpenSource,
  file: string,
  { input, columns = {}, weight }: FitOptions,
  targets: readonly TargetFit[],
): { readonly fits: ColumnFit[]; readonly leftOut: LeftOutColumn[] } {
  const targetNames = targets.map(({ column }) => column.name);
  const others = [...targetNames, ...(weight === undefined ? [] : [weight])];
  const names = [
    ...new Set(input ?? schema.fields.map(({ name }) => name).filter((name) => !others.includes(name))),
  ];
  for (const name of Object.keys(columns)) {
    findColumn(schema, name, file);
    if (names.includes(name)) continue;
    throw new OptionError(
      `fitEncoder columns.${name}: expected a column of the input, got ${targetNames.includes(name) ? 'a target' : 'one that input leaves out'}; leave it out here too`,
    );
  }
  const fits: ColumnFit[] = [];
  const leftOut: LeftOutColumn[] = [];
  if (weight !== undefined && !names.includes(weight)) {
    leftOut.push({ column: weight, why: 'it is the weight of the rows' });
  }
  for (const name of names) {
    if (targetNames.includes(name)) {
      throw new OptionError(
        `fitEncoder input: expected columns that are no target, got '${name}'; remove it`,
      );
    }
    const column = findColumn(schema, name, file);
    const description = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (description !== undefined) {
      fits.push(
        new ColumnFit(column, givenProfile(completed(description, column.type), 'as it was asked for'), 0),
      );
      continue;
    }
    const profile = profileOf(column);
    if (profile === undefined)
      leftOut.push({ column: name, why: `its type ${column.type} is not one to learn from` });
    else fits.push(new ColumnFit(column, profile, targets.length));
  }
  return { fits, leftOut };
}

/** Rows to read at a time. */
const MOST_ROWS = 2 ** 14;

/** What looks at the columns. */
interface Fits {
  readonly targets: readonly TargetFit[];
  readonly weight: WeightFit | undefined;
  readonly fits: readonly ColumnFit[];
}

/** Shows all rows that count to the fits. Rows that lack a target count nowhere. */
async function scan(
  open: OpenSource,
  file: string,
  { targets, weight, fits }: Fits,
  rows: RowFilter,
  signal: AbortSignal | undefined,
): Promise<{ readonly seen: number; readonly untargeted: number }> {
  const fields = [...targets, ...fits, ...(weight ? [weight] : [])].map(({ column }) => column.field);
  let from = 0;
  let seen = 0;
  let untargeted = 0;
  for (;;) {
    signal?.throwIfAborted();
    const block = await open.read(from, MOST_ROWS, fields);
    if (block === undefined) return { seen, untargeted };
    const first = from;
    const keeps: RowFilter = (row) => rows(first + row);
    await locateRows(open, file, from, async () => {
      const cells: ArrayLike<unknown>[] = [];
      for (const [i, target] of targets.entries()) {
        cells.push(await target.see(block.columns[i] as Data, keeps));
      }
      const isSeen = new Uint8Array(block.rows);
      for (let row = 0; row < block.rows; row++) {
        if (cells.some((target) => target[row] === undefined || Number.isNaN(target[row]))) untargeted++;
        else if (keeps(row)) {
          isSeen[row] = 1;
          seen++;
        }
      }
      const counts: RowFilter = (row) => isSeen[row] === 1;
      for (const [i, fit] of fits.entries()) {
        await fit.see(block.columns[targets.length + i] as Data, first, counts, cells);
      }
      await weight?.see(block.columns.at(-1) as Data, counts);
    });
    from += block.rows;
    block.release?.();
  }
}
