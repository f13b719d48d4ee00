import { OptionError } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { RowFilter } from '../../order/holdOut.js';
import { locateRows } from '../../sources/locateRows.js';
import type { Block, OpenSource } from '../../sources/source.js';
import { findColumn } from '../column.js';
import type { LeftOutColumn } from '../encoder/encoder.js';
import type { Mergeable } from '../mergeable.js';
import { askedProfile, ColumnFit, profileOf } from './columnFit.js';
import type { FitOptions } from './fitOptions.js';
import { TargetFit, type TargetMeaning } from './targetFit.js';
import { WeightFit } from './weightFit.js';

/** Rows to read at a time. */
const MOST_ROWS = 2 ** 14;

/** The columns of a table while an encoder is being fitted. */
export class TableFit {
  readonly targets: readonly TargetFit[];
  readonly weight: WeightFit | undefined;
  readonly columns: readonly ColumnFit[];
  /** Columns that are none to learn from. */
  readonly leftOut: readonly LeftOutColumn[];
  readonly rows: RowCount = new RowCount();
  readonly #open: OpenSource;
  readonly #file: string;

  /** @throws {OptionError} when an option cannot be; {DataError} when a column is missing or cannot be used. */
  constructor(open: OpenSource, file: string, options: FitOptions) {
    const { schema } = open;
    this.#open = open;
    this.#file = file;
    this.targets = targetKinds(options.target).map(
      ([name, kind]) => new TargetFit(findColumn(schema, name, file), kind),
    );
    this.weight =
      options.weight === undefined ? undefined : new WeightFit(findColumn(schema, options.weight, file));
    const { fits, leftOut } = columnFits(open, file, options, this.targets);
    this.columns = fits;
    this.leftOut = leftOut;
  }

  /** All of it, in an order that depends on schema and options alone. */
  get parts(): readonly Mergeable[] {
    return [this.rows, ...this.targets, ...(this.weight ? [this.weight] : []), ...this.columns];
  }

  /**
   * Looks at the rows from one number up to another, of which those count that pass a filter. Rows that lack a target count nowhere.
   *
   * @throws {DataError} with the row, for what cannot be used.
   */
  async look(from: number, to: number, filter: RowFilter, signal: AbortSignal | undefined): Promise<void> {
    const fits = [...this.targets, ...this.columns, ...(this.weight ? [this.weight] : [])];
    const fields = fits.map(({ column }) => column.field);
    for (let first = from; first < to; ) {
      signal?.throwIfAborted();
      const block = await this.#open.read(first, Math.min(MOST_ROWS, to - first), fields);
      if (block === undefined) return;
      const at = first;
      await locateRows(this.#open, this.#file, at, () => this.#see(block, at, (row) => filter(at + row)));
      first += block.rows;
      block.release?.();
    }
  }

  async #see(block: Block, first: number, keeps: RowFilter): Promise<void> {
    const { targets, weight, columns } = this;
    const cells: ArrayLike<unknown>[] = [];
    for (const [i, target] of targets.entries()) {
      cells.push(await target.see(block.columns[i] as Data, keeps));
    }
    const isSeen = new Uint8Array(block.rows);
    for (let row = 0; row < block.rows; row++) {
      if (cells.some((target) => target[row] === undefined || Number.isNaN(target[row]))) {
        this.rows.untargeted++;
      } else if (keeps(row)) {
        isSeen[row] = 1;
        this.rows.seen++;
      }
    }
    const counts: RowFilter = (row) => isSeen[row] === 1;
    for (const [i, column] of columns.entries()) {
      await column.see(block.columns[targets.length + i] as Data, first, counts, cells);
    }
    await weight?.see(block.columns.at(-1) as Data, counts);
  }
}

/** How many rows there are to learn from. */
class RowCount implements Mergeable<Pick<RowCount, 'seen' | 'untargeted'>> {
  /** Rows that count and have all targets. */
  seen = 0;
  /** Rows that lack a target. */
  untargeted = 0;

  tally(): Pick<RowCount, 'seen' | 'untargeted'> {
    return { seen: this.seen, untargeted: this.untargeted };
  }

  merge({ seen, untargeted }: Pick<RowCount, 'seen' | 'untargeted'>): void {
    this.seen += seen;
    this.untargeted += untargeted;
  }
}

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
      fits.push(new ColumnFit(column, askedProfile(column, description), 0));
      continue;
    }
    const profile = profileOf(column);
    if (profile === undefined)
      leftOut.push({ column: name, why: `its type ${column.type} is not one to learn from` });
    else fits.push(new ColumnFit(column, profile, targets.length));
  }
  return { fits, leftOut };
}
