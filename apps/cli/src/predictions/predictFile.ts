import { extname } from 'node:path';
import { WholeFile } from '@fluxion/checkpoint';
import { type ColumnOptions, describe, type EncodedOptions, type Source, usableRows } from '@fluxion/data';
import { examples, untilAborted } from '@fluxion/pipeline';
import { escapeControls, formatCount, printLine } from '@fluxion/terminal';
import { expectInputsFit } from '../columns/expectFits.js';
import { inputColumnOptions } from '../columns/selectInputs.js';
import type { Host } from '../host.js';
import { batchSizeFor } from '../measuring/measure.js';
import { encodedTask } from '../model/encodedTask.js';
import { lossFor, mainOutput } from '../model/lossFor.js';
import { type OpenedModel, openSavedModel } from '../model/openModel.js';
import { ownColumns } from '../model/ownColumns.js';
import type { BadRows } from '../options/badRowOptions.js';
import { expectOther } from '../output/expectOther.js';
import { jsonLine } from '../output/jsonLine.js';
import { noticesTo } from '../output/noticesTo.js';
import { rowProgress } from '../output/rowProgress.js';
import { stageLine } from '../output/stageLine.js';
import { openSource, readShape } from '../sources/openSource.js';
import { pictureWidth } from '../sources/pictures.js';
import { UsageError } from '../usageError.js';
import { arrowPredictions } from './arrowPredictions.js';
import { csvPredictions } from './csvPredictions.js';
import { type PlaceColumn, type PredictionLayout, predictionLayout } from './predictionLayout.js';
import { type PredictedOutput, predictOutputs } from './predictOutputs.js';

/** What the command line says. */
export interface PredictOptions extends BadRows {
  readonly model: string;
  readonly out: string;
  readonly input?: readonly string[];
  readonly loss?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const formats = { '.arrow': arrowPredictions, '.csv': csvPredictions } as const;

/**
 * Predicts a file with a saved model and writes the predictions to another.
 *
 * @param signal ends it, and nothing is written
 */
export async function predictFile(
  data: readonly string[],
  options: PredictOptions,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = host;
  const { out } = options;
  const format = out === '-' ? csvPredictions : formats[extname(out).toLowerCase() as keyof typeof formats];
  if (format === undefined)
    throw new UsageError(`--out: expected a name that ends in .arrow or .csv, or -, got '${out}'`);
  if (out === '-' && options.json)
    throw new UsageError('--json: expected a file for the predictions, got --out -; give it a name');
  if (out !== '-') await expectOther(out, data);
  const opened = await openSavedModel(options.model);
  const { model } = opened;
  const { onBadRow, maxBadShare } = options;
  const named = openSource(data, {
    onBadRow,
    maxBadShare,
    notice: noticesTo(host, options),
    pictureWidth: pictureWidth(opened.encoded?.encoder),
  });
  const { outputs, layouts, columns } = await predictedOf(opened, named, options, signal);
  const source = usableRows(named, { onBadRow, maxBadShare, examples: columns });
  const { badRows, places } = await leftOut(source, options, signal);
  const isQuiet = options.json || options.quiet || out === '-';
  // Somebody who looks on is told how far it is: counting rows may take a look at the whole file.
  const rows =
    stdout.isTTY && !isQuiet
      ? (await stageLine(stdout).during(`reading ${source.name}`, () => readShape(source, signal))).rows
      : undefined;
  const progress = rowProgress(stdout, 'predicting', rows, isQuiet);
  const file = out === '-' ? printed(stdout) : new WholeFile(out);
  let count = 0;
  try {
    const writer = format(layouts, file, places);
    await examples(source, { ...columns, batchSize: batchSizeFor(model, 1024) })
      .pipe(predictOutputs(model, outputs), untilAborted(signal))
      .forEach(({ rows, outputs, locate }) => {
        writer.write(rows, outputs, locate);
        count += rows;
        progress.add(rows);
      });
    progress.end();
    signal.throwIfAborted();
    writer.end();
    file.commit();
  } catch (error) {
    progress.end();
    file.discard();
    throw error;
  }
  if (options.json) {
    stdout.write(jsonLine({ event: 'summary', examples: count, ...(badRows > 0 && { badRows }), out }));
  } else if (!options.quiet && out !== '-') {
    const without = badRows > 0 ? `; rows that cannot be used, left out: ${formatCount(badRows)}` : '';
    printLine(stdout, `${formatCount(count)} predictions in ${out}${without}`);
  }
}

/** How many rows are left out and, where some may be, what tells which row a prediction is of. */
async function leftOut(
  source: Source,
  { onBadRow }: PredictOptions,
  signal: AbortSignal,
): Promise<{ readonly badRows: number; readonly places: readonly PlaceColumn[] }> {
  if (onBadRow === undefined || onBadRow === 'raise') return { badRows: 0, places: [] };
  const open = await source.open(signal);
  try {
    const isOne = ((await source.files?.()) ?? []).length < 2;
    const hasLines = open.locate?.(0).line !== undefined;
    const places: PlaceColumn[] = [...(isOne ? [] : (['file'] as const)), hasLines ? 'line' : 'row'];
    return { badRows: open.badRows ?? 0, places };
  } finally {
    await open.close();
  }
}

/** Standard output in place of a file: what has been written stays. On a terminal, names of classes cannot do what they like. */
function printed(stdout: Host['stdout']): Pick<WholeFile, 'write' | 'commit' | 'discard'> {
  const shown = (text: string): string =>
    stdout.isTTY ? text.split('\n').map(escapeControls).join('\n') : text;
  return {
    write: (bytes) => stdout.write(shown(new TextDecoder().decode(bytes))),
    commit() {},
    discard() {},
  };
}

/** What is read of a table, what is predicted of it, and what is written. */
interface Predicted {
  readonly columns: ColumnOptions | EncodedOptions;
  readonly outputs: readonly PredictedOutput[];
  readonly layouts: readonly PredictionLayout[];
}

async function predictedOf(
  opened: OpenedModel,
  source: Source,
  options: PredictOptions,
  signal: AbortSignal,
): Promise<Predicted> {
  const { model, about, encoded } = opened;
  if (encoded !== undefined) {
    ownColumns(source, encoded.encoder, options);
    const task = encodedTask(encoded.encoder, encoded.about.outputs);
    const isOnly = task.outputs.length === 1;
    const layouts = task.outputs.map((output) => predictionLayout(model, output, output.columns, isOnly));
    return { columns: task.examples(false), outputs: task.outputs, layouts };
  }
  const kind = options.loss ?? about?.loss;
  if (kind === undefined) {
    throw new UsageError(
      '--loss: expected the loss that the model was trained with, which tells classes from numbers, for it was saved without',
    );
  }
  const output = { output: mainOutput(model).name, loss: lossFor(kind, model), mean: 0, deviation: 1 };
  const { schema } = await readShape(source, signal);
  const columns = inputColumnOptions({ schema, file: source.name }, { input: options.input, model, about });
  expectInputsFit(model, (await describe(source, columns, signal)).inputs, source.name);
  const { names, columns: targets = [] } = about?.target ?? {};
  return { columns, outputs: [output], layouts: [predictionLayout(model, { ...output, names }, targets)] };
}
