import { type DType, expectSeed, OptionError } from '@fluxion/tensor';
import { type ExampleOrder, shuffledOrder, storedOrder } from '../order/exampleOrder.js';
import type { Position } from '../order/position.js';
import type { ExamplesOptions } from './examples.js';

const DEFAULT_WINDOW = 16;

/** Options of `openExamples`, complete and checked. */
export interface CheckedOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly dtype: DType;
  readonly order: ExampleOrder;
  readonly from: Position;
}

/** @throws {OptionError} when an option has a value that cannot be used. */
export function checkedOptions(options: ExamplesOptions): CheckedOptions {
  const { epochs = 1, batchSize = 1, dtype = 'float32', seed = 0, shuffle = false } = options;
  const from = options.from ?? { epoch: 0, block: 0, row: 0 };
  if (epochs !== Number.POSITIVE_INFINITY) expectWhole('epochs', epochs, 0);
  expectWhole('batchSize', batchSize, 1);
  expectSeed('examples', seed);
  for (const part of ['epoch', 'block', 'row'] as const) expectWhole(`from.${part}`, from[part], 0);
  if (shuffle === false) return { epochs, batchSize, dtype, order: storedOrder, from };

  const window = shuffle === true ? DEFAULT_WINDOW : shuffle.window;
  expectWhole('shuffle.window', window, 1);
  if (from.block % window !== 0) {
    throw new OptionError(
      `examples from.block: expected a multiple of the window of ${window} blocks, got ${from.block}; give the shuffle that the position was taken with`,
    );
  }
  return { epochs, batchSize, dtype, order: shuffledOrder(seed, window), from };
}

function expectWhole(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new OptionError(
      `examples ${option}: expected a whole number from ${least} on, got ${value}; give such a number`,
    );
  }
}
