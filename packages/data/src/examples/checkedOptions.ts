import { type DType, expectNames, expectObject, expectSeed, OptionError } from '@fluxion/tensor';
import { type ExampleOrder, mixedOrder, shuffledOrder, storedOrder } from '../order/exampleOrder.js';
import type { RowFilter } from '../order/holdOut.js';
import type { Position } from '../order/position.js';
import type { Shard } from '../order/shard.js';
import type { ExamplesOptions, ShuffleOptions } from './examples.js';

/** Options of `openExamples`, complete and checked. */
export interface CheckedOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly dtype: DType;
  readonly seed: number;
  readonly shuffle: false | ShuffleOptions;
  readonly rows: RowFilter | undefined;
  readonly shard: Required<Shard>;
  readonly from: Position;
}

/** @throws {OptionError} when an option has a value that cannot be used. */
export function checkedOptions(options: ExamplesOptions): CheckedOptions {
  const { epochs = 1, batchSize = 1, dtype = 'float32', seed = 0, rows } = options;
  const from = options.from ?? { epoch: 0, row: 0 };
  if (epochs !== Number.POSITIVE_INFINITY) expectWhole('epochs', epochs, 0);
  expectWhole('batchSize', batchSize, 1);
  expectSeed('examples', seed);
  for (const part of ['epoch', 'row'] as const) expectWhole(`from.${part}`, from[part], 0);
  if (rows !== undefined && typeof rows !== 'function') {
    throw new OptionError(
      `examples rows: expected a function of a row's number, got ${typeof rows}; give one, as holdOut(0.1).training`,
    );
  }
  const shard = checkedShard(options, batchSize);
  return { epochs, batchSize, dtype, seed, shuffle: checkedShuffle(options.shuffle), rows, shard, from };
}

/** All examples are a shard of one. */
function checkedShard(
  { shard = { rank: 0, size: 1 }, ...options }: ExamplesOptions,
  batchSize: number,
): Required<Shard> {
  const fix = 'give one, as mpi() or { rank: 0, size: 2 }';
  expectObject('examples shard', shard, 'an object of rank and size', ['rank', 'size'], fix);
  const { rank, size, total = batchSize * size } = shard;
  expectWhole('shard.size', size, 1);
  expectWhole('shard.rank', rank, 0, size - 1);
  if (size > 1 && 'online' in options && options.online === true) {
    throw new OptionError(
      'examples shard: expected none where the encoder learns online, as each process would count in only its own examples, got one; fit the encoder beforehand',
    );
  }
  expectWhole('shard.total', total, 1);
  const part = Math.ceil(total / size);
  if (part > batchSize) {
    throw new OptionError(
      `examples shard.total: expected at most ${batchSize} examples in the part of a rank, which are its batchSize, got ${part}; give a larger batchSize`,
    );
  }
  return { rank, size, total };
}

/** A window that is mixed is a list of at most so many rows. */
const MOST_ROWS = 2 ** 30;

function checkedShuffle(shuffle: ExamplesOptions['shuffle']): false | ShuffleOptions {
  if (shuffle === undefined || shuffle === false) return false;
  if (shuffle === true) return {};
  expectNames('examples shuffle', shuffle, ['window', 'run']);
  const { window, run } = shuffle;
  if (window !== undefined) expectWhole('shuffle.window', window, 1, MOST_ROWS);
  if (run !== undefined) {
    expectWhole('shuffle.run', run, 1, MOST_ROWS);
    if (window === undefined || window % run !== 0) {
      throw new OptionError(
        `examples shuffle.run: expected a divisor of the window of ${window ?? 'no given number of'} rows, got ${run}; give both, as { window: 16384, run: 1024 }`,
      );
    }
  }
  return shuffle;
}

const WINDOW = 2 ** 14;
/** Numbers in a window's examples beyond which the default window has fewer rows. */
const WINDOW_NUMBERS = 2 ** 24;
const RUNS = 16;

/**
 * The order that the options ask for.
 *
 * @param width numbers in an example
 * @param rows of the table; undefined where it is read one way or not mixed
 */
export function orderOf(
  { seed, shuffle }: CheckedOptions,
  width: number,
  rows: number | undefined,
): ExampleOrder {
  const fitting = 2 ** Math.floor(Math.log2(WINDOW_NUMBERS / Math.max(width, 1)));
  const most = Math.min(WINDOW, Math.max(RUNS, fitting));
  if (shuffle === false) return storedOrder(most);
  const window = shuffle.window ?? most;
  if (rows === undefined) return mixedOrder(seed, window);
  return shuffledOrder(seed, rows, shuffle.run ?? defaultRun(window), window);
}

/** The largest divisor of the window that leaves it 16 runs or more. */
function defaultRun(window: number): number {
  let run = Math.max(1, Math.floor(window / RUNS));
  while (window % run !== 0) run--;
  return run;
}

function expectWhole(option: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new OptionError(
    `examples ${option}: expected a whole number ${range}, got ${value}; give such a number`,
  );
}
