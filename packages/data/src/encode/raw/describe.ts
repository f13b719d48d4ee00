import { sizeOf } from '@fluxion/tensor';
import { checkColumnOptions } from '../../examples/checkColumnOptions.js';
import { expectSource } from '../../sources/expectSource.js';
import { locateRows } from '../../sources/locateRows.js';
import type { OpenSource, Source } from '../../sources/source.js';
import { ClassCount } from './classCount.js';
import type { ColumnOptions } from './columnOptions.js';
import { columnSelection, type NamedColumns } from './columnSelection.js';
import type { DataDescription, NumbersDescription, ValuesDescription } from './dataDescription.js';
import { labelColumn, targetKindOf } from './labelColumn.js';
import { numericColumns } from './numericColumns.js';
import { perName } from './perName.js';
import { byteScale, targetScale } from './scales.js';

/**
 * Finds out what a model for this data has to fit: shapes of the inputs, and number and names of the classes. For labels
 * it goes through their columns, and only these, once; a one-way source is used up by it.
 *
 * @throws {DataError} when a column is missing or cannot be used.
 * @example
 * const { inputs, targets } = await describe(arrowFile('train.arrow'), { input: 'image', target: 'digit' });
 * inputs.input.shape; // [784]
 * targets.target; // { kind: 'labels', columns: ['digit'], classes: 10 }
 */
export async function describe(
  source: Source,
  options: ColumnOptions,
  signal?: AbortSignal,
): Promise<DataDescription> {
  expectSource('describe', source);
  checkColumnOptions(options);
  const open = await source.open(signal);
  try {
    return await describeOpen(open, source.name, options, signal);
  } finally {
    await open.close();
  }
}

async function describeOpen(
  source: OpenSource,
  file: string,
  options: ColumnOptions,
  signal: AbortSignal | undefined,
): Promise<DataDescription> {
  const numbers = (selected: NamedColumns, scale: number | undefined): NumbersDescription => {
    const { shape, isBytes } = numericColumns(source.schema, selected, file);
    return { columns: selected.columns, shape, scale: scale ?? (isBytes ? byteScale : 1) };
  };

  const inputs = columnSelection('input', options.input).map(
    (selected) => [selected.name, numbers(selected, perName(options.scale, selected.name))] as const,
  );
  const targets: [string, ValuesDescription | ClassCount][] = [];
  for (const selected of columnSelection('target', options.target)) {
    const { name } = selected;
    const kind = perName(options.targetKind, name) ?? targetKindOf(source.schema, selected, file);
    if (kind === 'labels') {
      targets.push([name, new ClassCount(labelColumn(source.schema, selected, file), options)]);
    } else {
      const values = numbers(selected, targetScale(options, name));
      targets.push([name, { kind, ...values, size: sizeOf(values.shape) }]);
    }
  }

  const counts = targets.flatMap(([, target]) =>
    target instanceof ClassCount && target.isOpen ? [target] : [],
  );
  const counted = counts.length === 0 ? undefined : await scan(source, file, counts, signal);
  const rows = counted ?? (await source.countRows?.());
  return {
    inputs: Object.fromEntries(inputs),
    targets: Object.fromEntries(
      targets.map(([name, target]) => [name, target instanceof ClassCount ? target.describe(file) : target]),
    ),
    ...(rows === undefined ? {} : { rows }),
  };
}

/** Rows to read at a time. */
const MOST_ROWS = 2 ** 16;

/** Shows all rows to the counts. Returns how many there were. */
async function scan(
  source: OpenSource,
  file: string,
  counts: readonly ClassCount[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const fields = counts.map(({ column }) => column.field);
  let rows = 0;
  for (;;) {
    signal?.throwIfAborted();
    const block = await source.read(rows, MOST_ROWS, fields);
    if (block === undefined) return rows;
    await locateRows(source, file, rows, async () => {
      for (const [i, data] of block.columns.entries()) await counts[i]?.see(data);
    });
    rows += block.rows;
    block.release?.();
  }
}
