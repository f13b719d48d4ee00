import { extname } from 'node:path';
import { arrowFile } from '@fluxion/data';
import type { Loss } from '@fluxion/graph';
import { losses } from '@fluxion/loss';
import { examples, predict as predictions } from '@fluxion/pipeline';
import { formatCount } from '@fluxion/terminal';
import { Command } from 'commander';
import { inputColumns } from '../columns/columnOptions.js';
import { interruptible } from '../interruption.js';
import { jsonLine } from '../jsonLine.js';
import { openSavedModel } from '../model/openModel.js';
import { arrowPredictions } from '../predictions/arrowPredictions.js';
import { csvPredictions } from '../predictions/csvPredictions.js';
import { layoutOf } from '../predictions/layoutOf.js';
import { WholeFile } from '../predictions/wholeFile.js';
import { untilAborted } from '../untilAborted.js';
import { UsageError } from '../usageError.js';

interface PredictOptions {
  readonly model: string;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Examples that are predicted together, and make one record batch of what is written. */
const BATCH_SIZE = 1024;

const formats = { '.arrow': arrowPredictions, '.csv': csvPredictions } as const;

/** `fluxion predict`: what a saved model says of each example of a file. */
export function predict(): Command {
  return new Command('predict')
    .summary('predict with a saved model')
    .description('Predict each row of an Arrow IPC file with a saved model, in the order of the rows.')
    .argument('<data>', 'Arrow IPC file of examples')
    .requiredOption('--model <folder>', 'saved model')
    .requiredOption('--out <file>', 'file to write, .arrow or .csv; it is there whole or not at all')
    .option('--json', 'print a JSON object at the end')
    .option('--quiet', 'print nothing but errors')
    .addHelpText(
      'after',
      `
Examples:
  fluxion predict new.arrow --model model --out predictions.arrow
  fluxion predict new.arrow --model model --out predictions.csv

What is written:
  label        of a model that tells classes apart: the name of the most probable
               class or, where classes have no names, its number; of one that
               tells yes from no: 1 or 0
  probability  of 1, by a model that tells yes from no; of several classes, in
               .arrow a list, probabilities, and in .csv a column for each,
               probability_NAME
  prediction   of a model of numbers; prediction_COLUMN where it predicts several`,
    )
    .action((data: string, options: PredictOptions) =>
      interruptible((signal) => predictTo(data, options, signal)),
    );
}

async function predictTo(data: string, options: PredictOptions, signal: AbortSignal): Promise<void> {
  const { out } = options;
  const format = formats[extname(out).toLowerCase() as keyof typeof formats];
  if (format === undefined)
    throw new UsageError(`--out: expected a name that ends in .arrow or .csv, got '${out}'`);
  const { model, about } = await openSavedModel(options.model);
  const loss = losses[about.loss]?.() as Loss;
  const file = new WholeFile(out);
  let count = 0;
  try {
    const writer = format(layoutOf(model, about, loss), file);
    await examples(arrowFile(data), { ...inputColumns(about), batchSize: BATCH_SIZE })
      .pipe(predictions(model, loss.link), untilAborted(signal))
      .forEach((prediction) => {
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
  if (options.json) process.stdout.write(jsonLine({ event: 'summary', examples: count, out }));
  else if (!options.quiet) process.stdout.write(`${formatCount(count)} predictions in ${out}\n`);
}
