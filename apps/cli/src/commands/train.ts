import { Command, Option } from 'commander';
import type { Host } from '../host.js';
import { withBadRowOptions } from '../options/badRowOptions.js';
import { choiceOption } from '../options/choiceOption.js';
import { inputOption, numbersOption, targetOption } from '../options/columnOption.js';
import { separateData, withDataArgument } from '../options/dataArgument.js';
import { parseDistributed } from '../options/distributedOption.js';
import { networkOption } from '../options/networkOption.js';
import { activationOption, hiddenOption, lossOption } from '../options/networkOptions.js';
import {
  belowOne,
  integerFromZero,
  numberOption,
  positive,
  positiveInteger,
  seed,
  zeroOrMore,
} from '../options/numberOption.js';
import { optimizerNames } from '../options/optimizerOptions.js';
import { withRegularizerOptions } from '../options/regularizerOptions.js';
import { withScheduleOptions } from '../options/scheduleOptions.js';
import { parseValidation } from '../training/heldOut.js';
import type { TrainOptions } from '../training/trainOptions.js';

/** `fluxion train`: stochastic gradient descent on a file. */
export function train(host: Host): Command {
  const command = withDataArgument(
    new Command('train'),
    'files, folders, patterns, or - for standard input: CSV, JSON lines, Arrow or Parquet',
  )
    .summary('train a network on a table')
    .description(
      'Train a network on a table. Columns are encoded by what they hold; words, booleans and up to 20 different whole numbers are classes to predict, anything else is a number. What the options leave open is found by cross-validation on small tables, and by the numbers of rows and columns on others.',
    )
    .addOption(targetOption("column to predict, or several (default: the saved model's)"))
    .addOption(inputOption('all but the target and those that tell nothing'))
    .addOption(numbersOption())
    .addOption(hiddenOption('64 or none on small tables, 128 on others').conflicts('model'))
    .addOption(activationOption('relu').conflicts('model'))
    .addOption(networkOption().conflicts('model'))
    .addOption(
      numberOption(
        '--image-size <pixels>',
        'side of the squares that pictures are brought to (default: 32)',
        positiveInteger,
      ),
    )
    .option('--model <path>', 'graph description, or saved model to go on from, in place of --hidden')
    .addOption(lossOption("loss (default: the saved model's, or by the type of the target)"))
    .option('--weight <column>', 'column of the weight of each row, in training and in what is measured')
    .option('--class-weights <weights>', 'weights of the classes: balanced, or as yes=20,no=1');
  withRegularizerOptions(command, '1/n for n rows, or more');
  withBadRowOptions(command);
  return withScheduleOptions(command)
    .addOption(
      numberOption('--learning-rate <rate>', "α (default: adam 0.005, others the rule's own)", positive),
    )
    .addOption(
      numberOption('--decrease-constant <delta>', 'δ of α/(1+δt) at update t (default: 0)', zeroOrMore),
    )
    .addOption(numberOption('--momentum <share>', 'momentum of sgd (default: 0)', belowOne))
    .addOption(choiceOption('--optimizer <name>', 'rule of the updates (default: adam)', optimizerNames))
    .addOption(
      numberOption(
        '--average <decay>',
        'decay of the running mean of the weights, which is what is measured and saved; 0 for the weights themselves (default: by the number of rows; sgd 0)',
        belowOne,
      ),
    )
    .addOption(
      numberOption(
        '--batch-size <count>',
        'examples in an update (default: by the number of rows; sgd 1)',
        positiveInteger,
      ),
    )
    .addOption(
      numberOption(
        '--epochs <count>',
        'times to go through the data, at most; 0 only initialises (default: by the number of rows)',
        integerFromZero,
      ),
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
    .addOption(
      new Option(
        '--validation <share>',
        'what to measure the model on after each epoch: a share of the rows, held out; a file; or none (default: 0.1)',
      ).argParser(parseValidation),
    )
    .addOption(
      numberOption(
        '--patience <epochs>',
        'epochs without a better validation loss after which training stops (default: a fifth of all)',
        positiveInteger,
      ),
    )
    .option(
      '--out <folder>',
      'where to save the model: after each epoch, and on Ctrl-C; the same command again goes on where it was cut off',
    )
    .addOption(
      new Option('--restart', 'start over, whatever there is of a run with this --out').conflicts('appended'),
    )
    .option('--appended', 'go on though rows have been added at the end of the data')
    .option(
      '--progressive',
      'tell after 1, 2, 4, 8, … examples how well they were predicted before they were learned from',
    )
    .addOption(
      new Option(
        '--distributed <way>',
        'learn on all ranks of an MPI job, begun by mpirun: sync, by the mean of their gradients in each minibatch, or average=1000, by the mean of their weights every 1000 examples of each',
      ).argParser(parseDistributed),
    )
    .option('--report', 'write a page of the run beside the model, OUT.html (default: with --out)')
    .option('--no-report', 'write no page')
    .option('--json', 'print a JSON object for each epoch, and a summary')
    .option('--quiet', 'print nothing but errors, a warning where --out is missing, and JSON if asked for')
    .addHelpText(
      'after',
      `
Examples:
  fluxion train people.csv --target income --out runs/income
  fluxion train houses.parquet --target price --input area rooms --hidden 100,50
  fluxion train flowers/ --target class --out runs/flowers   a folder of pictures for each class
  fluxion train mails.csv --target spam --network rnn --out runs/mails
  fluxion train more.csv --model runs/income --epochs 3 --out runs/income
  fluxion train digits.arrow --target digit --optimizer sgd --epochs 5
  mpirun -n 4 npx fluxion train people.csv --target income --distributed sync --out runs/income

Going on from a saved model keeps its weights, columns, loss and seed, and goes on in the order of examples: --epochs 1 and then --model with --epochs 1 is --epochs 2, bit for bit, under the same options. Momentum, Adam's moments and the count of updates go on too, where --optimizer and --momentum are the same; otherwise the optimizer starts over, and says so. The learning rate may change.

A run that was cut off, even by kill -9, goes on bit for bit when the same command is given again: it saves after each epoch and every 30 seconds, in OUT.checkpoints. A run that is finished says so.

Ctrl-C ends training after the current example or minibatch, and saves; a second one ends it at once, unless a minibatch is being computed, which may take seconds for a large network. Going on with --model in the same file, the rest of that epoch is the first of --epochs.

With --distributed on several ranks, Ctrl-C ends all of them at once and saves nothing. So does a rank that is killed, which only mpirun reports. Either way, the same command goes on from the last checkpoint.`,
    )
    .action((words: readonly string[], given: TrainOptions) => {
      const { data, options } = separateData(words, given);
      return host.interruptible(async (signal) => {
        const { distributed } = options;
        if (distributed !== undefined) {
          const { trainTogether } = await import('../training/trainTogether.js');
          return trainTogether(data, { ...options, distributed }, host, signal);
        }
        const { expectDistributed } = await import('../training/expectDistributed.js');
        expectDistributed();
        const { trainModel } = await import('../training/trainModel.js');
        await trainModel(data, options, host, signal);
      }, options.out);
    });
}
