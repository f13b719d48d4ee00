import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { WholeFile } from '@fluxion/checkpoint';
import { describe } from '@fluxion/data';
import { examples, predict, untilAborted } from '@fluxion/pipeline';
import { OptionError } from '@fluxion/tensor';
import { formatCount, printLine } from '@fluxion/terminal';
import { expectInputsFit } from '../columns/expectFits.js';
import { inputColumnOptions } from '../columns/selectInputs.js';
import type { Host } from '../host.js';
import { batchSizeFor, expectFiniteOutput } from '../measuring/measure.js';
import { lossFor } from '../model/lossFor.js';
import { openSavedModel } from '../model/openModel.js';
import { jsonLine } from '../output/jsonLine.js';
import { openSource, readSchema } from '../sources/openSource.js';
import { UsageError } from '../usageError.js';
import { arrowPredictions } from './arrowPredictions.js';
import { csvPredictions } from './csvPredictions.js';
import { predictionLayout } from './predictionLayout.js';

/** What the command line says. */
export interface PredictOptions {
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
  { stdout }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { out } = options;
  const format = formats[extname(out).toLowerCase() as keyof typeof formats];
  if (format === undefined)
    throw new UsageError(`--out: expected a name that ends in .arrow or .csv, got '${out}'`);
  await expectOther(out, data);
  const { model, about } = await openSavedModel(options.model);
  const kind = options.loss ?? about?.loss;
  if (kind === undefined) {
    throw new UsageError(
      '--loss: expected the loss that the model was trained with, which tells classes from numbers, for it was saved without',
    );
  }
  const loss = lossFor(kind, model);
  const source = openSource(data);
  const schema = await readSchema(source, signal);
  const columns = inputColumnOptions({ schema, file: source.name }, { input: options.input, model, about });
  expectInputsFit(model, (await describe(source, columns, signal)).inputs, source.name);
  const file = new WholeFile(out);
  let count = 0;
  try {
    const writer = format(predictionLayout(model, loss, about?.target), file);
    await examples(source, { ...columns, batchSize: batchSizeFor(model, 1024) })
      .pipe(predict(model, loss.link), untilAborted(signal))
      .forEach((prediction) => {
        expectFiniteOutput(prediction.output, prediction.examples);
        writer.write(prediction);
        count += prediction.examples.size;
      });
    signal.throwIfAborted();
    writer.end();
    file.commit();
  } catch (error) {
    file.discard();
    throw error;
  }
  if (options.json) stdout.write(jsonLine({ event: 'summary', examples: count, out }));
  else if (!options.quiet) printLine(stdout, `${formatCount(count)} predictions in ${out}`);
}

/**
 * Refuses to write over the data that is read.
 *
 * @throws {OptionError} when both paths lead to one file.
 */
async function expectOther(out: string, data: readonly string[]): Promise<void> {
  const [written, ...read] = await Promise.all(
    [out, ...data].map((path) => stat(path).catch(() => undefined)),
  );
  if (read.some((file) => file !== undefined && file.ino === written?.ino && file.dev === written.dev)) {
    throw new OptionError(
      `--out: expected a file other than the data, got '${out}', the data itself; name another file`,
    );
  }
}
