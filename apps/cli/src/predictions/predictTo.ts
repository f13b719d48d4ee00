import { extname } from 'node:path';
import { WholeFile } from '@fluxion/checkpoint';
import { arrowFile, describe } from '@fluxion/data';
import { examples, predict, untilAborted } from '@fluxion/pipeline';
import { formatCount } from '@fluxion/terminal';
import { expectInputsFit } from '../columns/expectFits.js';
import { inputOptions } from '../columns/inputOptions.js';
import { schemaOf } from '../columns/schemaOf.js';
import type { PredictOptions } from '../commands/predict.js';
import type { Host } from '../host.js';
import { jsonLine } from '../jsonLine.js';
import { expectFiniteOutput } from '../measuring/expectFiniteOutput.js';
import { lossFor } from '../model/lossOf.js';
import { openSavedModel } from '../model/openModel.js';
import { UsageError } from '../usageError.js';
import { arrowPredictions } from './arrowPredictions.js';
import { csvPredictions } from './csvPredictions.js';
import { expectOther } from './expectOther.js';
import { layoutOf } from './layoutOf.js';

/** Examples that are predicted together, and make one record batch of what is written. */
const BATCH_SIZE = 1024;

const formats = { '.arrow': arrowPredictions, '.csv': csvPredictions } as const;

/**
 * Predicts a file with a saved model and writes the predictions to another.
 *
 * @param signal ends it, and nothing is written
 */
export async function predictTo(
  data: string,
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
  const source = arrowFile(data);
  const schema = await schemaOf(source, signal);
  const columns = inputOptions({ schema, file: source.name }, { input: options.input, model, about });
  expectInputsFit(model, (await describe(source, columns, signal)).inputs, source.name);
  const file = new WholeFile(out);
  let count = 0;
  try {
    const writer = format(layoutOf(model, loss, about?.target), file);
    await examples(source, { ...columns, batchSize: BATCH_SIZE })
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
  else if (!options.quiet) stdout.write(`${formatCount(count)} predictions in ${out}\n`);
}
