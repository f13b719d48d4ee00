import { expectObject, OptionError } from '@fluxion/tensor';
import { findColumn } from '../encode/column.js';
import { weightEncoder } from '../encode/encoder/weightEncoder.js';
import { rawColumns } from '../encode/raw/rawColumns.js';
import { expectSource } from '../sources/expectSource.js';
import { rowPlace } from '../sources/locateRows.js';
import type { Source } from '../sources/source.js';
import { checkColumnOptions, checkEncodedOptions } from './checkColumnOptions.js';
import { checkedOptions, orderOf } from './checkedOptions.js';
import type { ExampleReader } from './exampleReader.js';
import type { ExamplesOptions } from './examples.js';
import { Minibatch } from './minibatch.js';
import { WindowedReader } from './windowedReader.js';
import { windowStart } from './windowStart.js';

/**
 * Opens a source and finds in it the columns of the examples. An abort closes it.
 *
 * @throws {OptionError} when an option has a value that cannot be used, or the source cannot be gone through so often.
 * @throws {DataError} when the source cannot be opened, or has not these columns.
 * @example
 * const reader = await openExamples(arrowFile('train.arrow'), { input: 'image', target: 'digit', shuffle: true });
 * while (await reader.advance()) {
 *   for (let examples = reader.next(); examples; examples = reader.next()) learn(examples);
 * }
 */
export async function openExamples(
  source: Source,
  options: ExamplesOptions,
  signal?: AbortSignal,
): Promise<ExampleReader> {
  expectSource('examples', source);
  expectObject(
    'examples',
    options,
    'an object of options',
    [],
    "give one, as { input: 'image', target: 'digit' } or { encoder }",
  );
  if ('encoder' in options) checkEncodedOptions(options);
  else checkColumnOptions(options);
  const checked = checkedOptions(options);
  if (source.once === true && checked.epochs > checked.from.epoch + 1) {
    throw new OptionError(
      `examples epochs: expected 1 for a stream that can be read once, got ${checked.epochs}; give arrowStream a function that opens the stream`,
    );
  }
  const open = await source.open(signal);
  try {
    const encoders =
      'encoder' in options
        ? options.encoder.minibatchColumns(open.schema, source.name, {
            batchSize: checked.batchSize,
            dtype: checked.dtype,
            online: options.online === true,
            targets: options.targets !== false,
            // Resuming and sharding count examples before reading, so a gap the encoder has not seen is an error.
            leavesOutGaps:
              hasGaps(options) ||
              (checked.from.row === 0 && (checked.shuffle === false || checked.shard.size === 1)),
          })
        : await rawColumns(open, source.name, options, checked);
    signal?.throwIfAborted();
    const isCounted = checked.shuffle !== false || checked.from.row > 0;
    const rows = isCounted ? await open.countRows?.() : undefined;
    signal?.throwIfAborted();
    const { weight } = options;
    const weights =
      weight === undefined
        ? undefined
        : weightEncoder(
            { column: weight, mean: 1 },
            findColumn(open.schema, weight, source.name).field,
            checked,
          );
    const minibatch = new Minibatch(
      weights === undefined ? encoders : { ...encoders, weights },
      checked.batchSize,
      (row) => rowPlace(open, source.name, row),
      targetColumnOf(options),
      checked.shard,
    );
    const order = orderOf(checked, minibatch.width, rows);
    const start = hasGaps(options)
      ? { step: 0, place: 0 }
      : windowStart(order, checked.from, checked.rows, rows);
    return new WindowedReader(source, open, minibatch, order, rows, start, checked, signal);
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** Whether rows without a target are left out, so that only reading tells how many examples come before a place. */
function hasGaps(options: ExamplesOptions): boolean {
  return 'encoder' in options && options.targets !== false && options.encoder.untargeted > 0;
}

/** The column of the target, where there is one and it is of one column. */
function targetColumnOf(options: ExamplesOptions): string | undefined {
  if (!('encoder' in options)) return typeof options.target === 'string' ? options.target : undefined;
  const [only, ...others] = Object.keys(options.encoder.targets);
  return others.length === 0 && options.targets !== false ? only : undefined;
}
