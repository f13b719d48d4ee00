import { expectModelFolder, saveModel } from '@fluxion/checkpoint';
import { arrowFile, openExamples } from '@fluxion/data';
import type { FlowGraph, Loss } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { losses } from '@fluxion/loss';
import { Command } from 'commander';
import { columnOptions } from '../columns/columnOptions.js';
import { expectFits } from '../columns/expectFits.js';
import { type FoundColumns, findColumns } from '../columns/findColumns.js';
import { interruptible } from '../interruption.js';
import { measure } from '../measure.js';
import { aboutToJson, type ModelAbout } from '../model/modelAbout.js';
import { openModel } from '../model/openModel.js';
import { plainGraph } from '../model/plainGraph.js';
import { summaryOf } from '../model/summaryOf.js';
import { type ActivationName, activationOption } from '../options/activationOption.js';
import { choiceOption } from '../options/choiceOption.js';
import { hiddenOption } from '../options/hiddenOption.js';
import { lossOption } from '../options/lossOption.js';
import {
  belowOne,
  integerFromZero,
  numberOption,
  positive,
  positiveInteger,
  seed,
  zeroOrMore,
} from '../options/numberOption.js';
import {
  type RegularizerOptions,
  regularizerOf,
  withRegularizerOptions,
} from '../options/regularizerOptions.js';
import { targetOption } from '../options/targetOption.js';
import { expectWritable } from '../training/expectWritable.js';
import { type OptimizerOptions, optimizerOf } from '../training/optimizerOf.js';
import { type ReportOptions, reportOf } from '../training/reportOf.js';
import { runTraining } from '../training/runTraining.js';

interface TrainOptions extends RegularizerOptions, OptimizerOptions, ReportOptions {
  readonly target: readonly string[];
  readonly input?: readonly string[];
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly model?: string;
  readonly loss?: string;
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly validation?: string;
  readonly out?: string;
}

/** `fluxion train`: stochastic gradient descent on a file. */
export function train(): Command {
  const command = new Command('train')
    .summary('train a network on an Arrow file')
    .description(
      'Train a network on an Arrow IPC file, with an update after each example. A target of integers, booleans or names is a class (softmaxCrossEntropy); one of floats is a number (squaredError).',
    )
    .argument('<data>', 'Arrow IPC file of training examples')
    .addOption(targetOption('column to predict; again for each of several numbers'))
    .option('--input <column...>', 'columns to predict from (default: all of numbers, but for the target)')
    .addOption(hiddenOption('100').conflicts('model'))
    .addOption(activationOption('tanh').conflicts('model'))
    .option('--model <path>', 'graph description, or saved model to go on from, in place of --hidden')
    .addOption(lossOption("loss (default: the saved model's, or by the type of the target)"));
  return withRegularizerOptions(command)
    .addOption(numberOption('--learning-rate <rate>', 'α (default: 0.01, adam 0.001)', positive))
    .addOption(
      numberOption('--decrease-constant <delta>', 'δ of α/(1+δt) at update t', zeroOrMore).default(0),
    )
    .addOption(numberOption('--momentum <share>', 'momentum of sgd (default: 0)', belowOne))
    .addOption(choiceOption('--optimizer <name>', 'rule of the updates', ['sgd', 'adam']).default('sgd'))
    .addOption(numberOption('--batch-size <count>', 'examples in an update', positiveInteger).default(1))
    .addOption(
      numberOption(
        '--epochs <count>',
        'times to go through the data; 0 only initialises',
        integerFromZero,
      ).default(5),
    )
    .addOption(numberOption('--seed <integer>', 'decides the weights and the order', seed).default(0))
    .option('--no-shuffle', 'keep the order of the file')
    .option('--validation <file>', 'Arrow IPC file to measure the model on after each epoch')
    .option('--out <folder>', 'where to save the model, at the end and on Ctrl-C')
    .option('--json', 'print a JSON object for each epoch, and a summary')
    .option('--quiet', 'print nothing but errors, and JSON if asked for')
    .addHelpText(
      'after',
      `
Examples:
  fluxion train digits.arrow --target digit --hidden 500,100 --out model
  fluxion train houses.arrow --target price --input area rooms --optimizer adam
  fluxion train digits.arrow --target digit --model model --epochs 3 --out model

Going on from a saved model keeps its weights, columns and loss, and its order
of examples goes on; the optimizer begins anew. Ctrl-C ends training after the
example at hand; again, at once.`,
    )
    .action((data: string, options: TrainOptions) =>
      interruptible((signal) => trainOn(data, options, signal)),
    );
}

async function trainOn(data: string, options: TrainOptions, signal: AbortSignal): Promise<void> {
  const { out, epochs } = options;
  const optimizer = optimizerOf(options);
  if (out !== undefined) {
    await expectModelFolder(out);
    await expectWritable(out);
  }
  const opened = options.model === undefined ? undefined : await openModel(options.model, options.seed);
  const source = arrowFile(data);
  const { input, target, loss } = options;
  const found = await findColumns(source, { input, target, loss, ...opened }, signal);
  if (opened !== undefined) expectFits(opened.model, found, source.name);
  const model = opened?.model ?? newModel(found, options);
  const about = aboutOf(found, opened?.about?.epochs ?? 0);
  const columns = columnOptions(about, model);
  const validation = options.validation === undefined ? undefined : arrowFile(options.validation);
  // A wrong file is found out now, not after the first epoch.
  if (validation !== undefined) await (await openExamples(validation, columns, signal)).close();

  const report = reportOf(options, found.rows);
  report.start(summaryOf(model, about));
  try {
    const result = await runTraining(
      {
        model,
        source,
        examples: { ...columns, shuffle: options.shuffle, seed: options.seed, batchSize: options.batchSize },
        rule: { loss: losses[about.loss]?.() as Loss, regularizer: regularizerOf(options), optimizer },
        epochs,
        trained: about.epochs,
        validate: validation && ((signal) => measure(model, about, validation, signal)),
      },
      report,
      signal,
    );
    if (out !== undefined) {
      await saveModel(out, model, aboutToJson({ ...about, epochs: about.epochs + result.epochs }));
    }
    report.end(result, out);
  } catch (error) {
    report.clear();
    throw error;
  }
}

function newModel(
  found: FoundColumns,
  { hidden = [100], activation = 'tanh', seed }: TrainOptions,
): FlowGraph {
  const inputs = Object.fromEntries(Object.entries(found.inputs).map(([name, { shape }]) => [name, shape]));
  return graph(plainGraph({ ...found, inputs, hidden, activation }), { seed });
}

function aboutOf({ loss, inputs, target }: FoundColumns, epochs: number): ModelAbout {
  const entries = Object.entries(inputs).map(
    ([name, { columns, scale }]) => [name, { columns, scale }] as const,
  );
  return { loss, inputs: Object.fromEntries(entries), target, epochs };
}
