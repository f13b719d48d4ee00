import { Command, Option } from 'commander';
import type { CheckGradientsOptions } from '../checking/checkModel.js';
import type { Host } from '../host.js';
import { activationOption, hiddenOption, lossOption } from '../options/networkOptions.js';
import { numberOption, parseNumber, positive, positiveInteger, seed } from '../options/numberOption.js';
import { withRegularizerOptions } from '../options/regularizerOptions.js';

/** `fluxion check-gradients`: backpropagation against central differences, parameter by parameter. */
export function checkGradients(host: Host): Command {
  const command = new Command('check-gradients')
    .summary('compare backpropagation with finite differences')
    .description(
      `Compare the gradients of backpropagation with central differences of the loss, in float64, at a few random examples: on a model, or on a new network, which is the course's own unless told otherwise (20 binary inputs, hidden layers of 4 and 5, 3 classes). Fails where a relative error is above 1e-7.`,
    )
    .option('--model <path>', 'model folder or graph description to check')
    .addOption(
      numberOption('--inputs <count>', 'inputs of the new network (default: 20)', positiveInteger).conflicts(
        'model',
      ),
    )
    .addOption(hiddenOption('4,5').conflicts('model'))
    .addOption(
      numberOption('--classes <count>', 'classes of the new network (default: 3)', positiveInteger).conflicts(
        'model',
      ),
    )
    .addOption(activationOption('tanh').conflicts('model'))
    .addOption(lossOption("loss (default: the model's own, or softmaxCrossEntropy)"));
  return withRegularizerOptions(command)
    .addOption(numberOption('--epsilon <step>', 'ε of (f(θ+ε) − f(θ−ε)) / 2ε', positive).default(1e-6))
    .addOption(samplesOption())
    .addOption(
      numberOption('--seed <integer>', 'decides the weights, the examples and the samples', seed).default(0),
    )
    .option('--json', 'print a JSON object for each parameter, and a summary')
    .addHelpText(
      'after',
      `
Examples:
  fluxion check-gradients
  fluxion check-gradients --hidden 4,5 --activation sigmoid --l1 0.01 --l2 0.01
  fluxion check-gradients --model model --samples all`,
    )
    .action(async (options: CheckGradientsOptions) => {
      const { checkModel } = await import('../checking/checkModel.js');
      await checkModel(options, host);
    });
}

/** How many elements of each parameter are checked: `--samples 50`, or `--samples all`. */
function samplesOption(): Option {
  const flags = '--samples <count>';
  return new Option(
    flags,
    'elements to check of each parameter, or all (default: all, or as many as take seconds)',
  ).argParser((text) =>
    text === 'all' ? Number.POSITIVE_INFINITY : parseNumber(text, flags, positiveInteger),
  );
}
