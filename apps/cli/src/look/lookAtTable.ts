import type { Encoder, Source } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { formatCount, formatSignificant, printLine, table } from '@fluxion/terminal';
import type { Data } from 'apache-arrow';
import { expectNamed } from '../columns/expectNamed.js';
import type { Host } from '../host.js';
import type { BadRows } from '../options/badRowOptions.js';
import { jsonLine } from '../output/jsonLine.js';
import { noticesTo } from '../output/noticesTo.js';
import { type RowProgress, rowProgress } from '../output/rowProgress.js';
import { stageLine } from '../output/stageLine.js';
import { fitTo } from '../preparation/fitTo.js';
import { mixedWarnings } from '../reporting/warnings.js';
import { openSource, readShape } from '../sources/openSource.js';
import { IMAGE_SIZE, pathColumns, pictureRoot, withPictures } from '../sources/pictures.js';
import { type ColumnSummary, columnSummarizer } from './columnSummary.js';
import { pictureSummarizer } from './pictureSummarizer.js';

/** What the command line says. */
export interface LookOptions extends BadRows {
  readonly target?: readonly string[];
  readonly numbers?: readonly string[];
  readonly json?: boolean;
}

/** Prints the columns of a table, and how `train` would encode them. */
export async function lookAtTable(
  data: readonly string[],
  { target, numbers, json, ...bad }: LookOptions,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = host;
  const source = openSource(data, { ...bad, numbers, notice: noticesTo(host) });
  const stage = stageLine(stdout, json);
  const { schema, rows: total } = await stage.during(`reading ${source.name}`, () =>
    readShape(source, signal),
  );
  expectNamed(schema, source.name, { '--target': target, '--numbers': numbers });
  const progress = rowProgress(stdout, 'looking', total, json);
  const [path = ''] = data;
  const { rows, badRows, summaries } = await summarize(source, pictureRoot(path), progress, signal);
  const { encoder, refused } = await stage.during('looking for encodings', () =>
    encoderOf(withPictures(source, path, IMAGE_SIZE), target, signal),
  );
  const warnings = mixedWarnings(encoder?.mixed ?? []);
  const columns = schema.fields.map(({ name: column }, i) => ({
    column,
    ...(summaries[i] as ColumnSummary),
    ...planOf(encoder, column),
  }));
  if (json) {
    stdout.write(
      jsonLine({
        event: 'look',
        rows,
        ...(badRows > 0 && { badRows }),
        columns,
        notEncoded: refused,
        ...(warnings.length > 0 && { warnings }),
      }),
    );
    return;
  }
  printLine(
    stdout,
    `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} of ${formatCount(columns.length)} ${columns.length === 1 ? 'column' : 'columns'}${badRows > 0 ? `, without ${formatCount(badRows)} that cannot be read` : ''}`,
  );
  stdout.write('\n');
  const lines = table(
    [
      { heading: 'column' },
      { heading: 'kind' },
      { heading: 'gaps', align: 'right' },
      { heading: 'values' },
      { heading: 'encoding' },
    ],
    columns.map(({ column, kind, gaps, encoding, width, leftOut, target, ...range }) => [
      column,
      kind,
      gaps === 0 ? '' : formatCount(gaps),
      rangeOf(range),
      target
        ? `target, ${target}`
        : (encoding && `${encoding} [${width}]`) || (leftOut === undefined ? '' : `left out: ${leftOut}`),
    ]),
    stdout.isTTY ? stdout.columns : undefined,
  );
  for (const line of lines) stdout.write(`${line}\n`);
  if (refused !== undefined || warnings.length > 0) stdout.write('\n');
  if (refused !== undefined) printLine(stdout, `not encoded: ${refused}`);
  for (const warning of warnings) printLine(stdout, `warning: ${warning}`);
}

/** The encoder that training would begin with, or why there is none: such a table can still be looked at. */
async function encoderOf(
  source: Source,
  target: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly encoder?: Encoder; readonly refused?: string }> {
  try {
    const { schema } = await readShape(source, signal);
    const { encoder } = await fitTo({ source, schema }, target ? { target } : {}, undefined, signal);
    return { encoder };
  } catch (error) {
    if (error instanceof DataError && target === undefined) return { refused: error.message };
    throw error;
  }
}

async function summarize(
  source: Source,
  folder: string,
  progress: RowProgress,
  signal: AbortSignal,
): Promise<{
  readonly rows: number;
  readonly badRows: number;
  readonly summaries: readonly ColumnSummary[];
}> {
  const open = await source.open(signal);
  try {
    const { schema } = open;
    const pictures = open.countRows === undefined ? [] : await pathColumns(open, folder);
    const summarizers = schema.fields.map(({ name, type }) =>
      pictures.includes(name) ? pictureSummarizer(folder) : columnSummarizer(type),
    );
    const fields = schema.fields.map((_, i) => i);
    let rows = 0;
    for (;;) {
      signal.throwIfAborted();
      const block = await open.read(rows, MOST_ROWS, fields);
      if (block === undefined) break;
      for (const [i, summarizer] of summarizers.entries()) await summarizer.add(block.columns[i] as Data);
      rows += block.rows;
      progress.add(block.rows);
      block.release?.();
    }
    return { rows, badRows: open.badRows ?? 0, summaries: summarizers.map(({ summary }) => summary) };
  } finally {
    progress.end();
    await open.close();
  }
}

/** Rows to read at a time. */
const MOST_ROWS = 2 ** 14;

/** What becomes of a column. */
function planOf(
  encoder: Encoder | undefined,
  column: string,
): {
  readonly encoding?: string;
  readonly width?: number;
  readonly leftOut?: string;
  readonly target?: string;
} {
  const target = encoder?.targets[column];
  if (target !== undefined) {
    return {
      target: target.kind === 'number' ? 'a number' : `${formatCount(target.classes.length)} classes`,
    };
  }
  const plan = encoder?.columns.find((plan) => plan.column === column);
  if (plan !== undefined) return { encoding: plan.encoding, width: plan.width };
  const why = encoder?.leftOut.find((left) => left.column === column)?.why;
  return why === undefined ? {} : { leftOut: why };
}

function rangeOf({ min, max, distinct, length, pixels }: Partial<ColumnSummary>): string {
  if (pixels !== undefined) return `${lengths(pixels.width)} × ${lengths(pixels.height)} pixels`;
  if (length !== undefined) return `${formatCount(length)} numbers each`;
  if (min === undefined || max === undefined)
    return distinct === undefined ? '' : `${formatCount(distinct)} different`;
  const shown = (value: number | string): string =>
    typeof value === 'number' ? formatSignificant(value, 4) : value.replace(/(T00:00:00)?\.000Z$/, '');
  return `${shown(min)} to ${shown(max)}`;
}

function lengths([least, most]: readonly [number, number]): string {
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}
