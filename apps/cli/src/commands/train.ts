import type { KernelsName } from '@fluxion/tensor';
import { Command } from 'commander';
import type { Host } from '../host.js';
import { type ActivationName, activationOption } from '../options/activationOption.js';
import { choiceOption } from '../options/choiceOption.js';
import { hiddenOption } from '../options/hiddenOption.js';
import { inputOption } from '../options/inputOption.js';
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
import { type RegularizerOptions, withRegularizerOptions } from '../options/regularizerOptions.js';
import { targetOption } from '../options/targetOption.js';
import type { OptimizerOptions } from '../training/optimizerOf.js';
import type { ReportOptions } from '../training/reportOf.js';

/** What the command line says. */
export interface TrainOptions extends RegularizerOptions, OptimizerOptions, ReportOptions {
  readonly target: readonly string[];
  readonly input?: readonly string[];
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly model?: string;
  readonly loss?: string;
  readonly batchSize: number;
  readonly seed?: number;
  readonly shuffle: boolean;
  readonly kernels?: KernelsName;
  readonly validation?: string;
  readonly out?: string;
}

/** `fluxion train`: stochastic gradient descent on a file. */
export function train(host: Host): Command {
  const command = new Command('train')
    .summary('train a network on an Arrow file')
    .description(
      'Train a network on an Arrow IPC file, with an update after each example. A target of integers, booleans or names is a class (softmaxCrossEntropy); one of floats is a number (squaredError).',
    )
    .argument('<data>', 'Arrow IPC file of training examples')
    .addOption(targetOption('column to predict, or several of numbers'))
    .addOption(inputOption('all of numbers, but for the target'))
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
    .addOption(
      numberOption(
        '--seed <integer>',
        "decides the weights and the order (default: the saved model's, or 0)",
        seed,
      ),
    )
    .addOption(
      choiceOption('--kernels <name>', 'arithmetic (default: wasm, the same bits everywhere)', [
        'wasm',
        'wasm-2-threads',
        'wasm-relaxed',
        'blas',
        'reference',
      ]),
    )
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

Going on from a saved model keeps its weights, columns, loss and seed, and goes
on in the order of examples: --epochs 1 and then --model with --epochs 1 is
--epochs 2, bit for bit, under the same options. Momentum, Adam's moments and
the count of updates go on too, where --optimizer and --momentum are the same;
else the optimizer begins anew, and it is said. The learning rate may change.

Ctrl-C ends training after the example at hand, or the minibatch, and saves; a
second one ends it at once, but for a minibatch that is being computed. A
minibatch of a large network may take seconds. Going on from there in the same
file, the rest of that epoch is the first of --epochs.`,
    )
    .action((data: string, options: TrainOptions) =>
      host.interruptible(async (signal) => {
        const { trainOn } = await import('../training/trainOn.js');
        await trainOn(data, options, host, signal);
      }, options.out),
    );
}
