import {
  type CheckedParameter,
  checkGradients as check,
  type FlowGraph,
  type GradientReport,
} from '@fluxion/graph';
import { losses } from '@fluxion/loss';
import { table } from '@fluxion/terminal';
import { Command } from 'commander';
import { type CheckedModelOptions, checkedModel } from '../checking/checkedModel.js';
import { smoothExamples } from '../checking/smoothExamples.js';
import { jsonLine } from '../jsonLine.js';
import { activationOption } from '../options/activationOption.js';
import { hiddenOption } from '../options/hiddenOption.js';
import { lossOption } from '../options/lossOption.js';
import { numberOption, positive, positiveInteger, seed } from '../options/numberOption.js';
import {
  type RegularizerOptions,
  regularizerOf,
  withRegularizerOptions,
} from '../options/regularizerOptions.js';

/** Largest relative error that passes. */
const TOLERANCE = 1e-7;

/** Examples that the loss is the mean over. */
const EXAMPLES = 5;

interface CheckGradientsOptions extends CheckedModelOptions, RegularizerOptions {
  readonly epsilon: number;
  readonly json?: boolean;
}

/** `fluxion check-gradients`: backpropagation against central differences, parameter by parameter. */
export function checkGradients(): Command {
  const command = new Command('check-gradients')
    .summary('compare backpropagation with finite differences')
    .description(
      `Compare the gradients of backpropagation with central differences of the loss, in float64, at ${EXAMPLES} random examples: on a model, or on a new network, which is the course's own unless told otherwise (20 binary inputs, hidden layers of 4 and 5, 3 classes). Fails where a relative error is above ${TOLERANCE}.`,
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
    .addOption(numberOption('--seed <integer>', 'decides the weights and the examples', seed).default(0))
    .option('--json', 'print a JSON object for each parameter, and a summary')
    .addHelpText(
      'after',
      `
Examples:
  fluxion check-gradients
  fluxion check-gradients --hidden 4,5 --activation sigmoid --l1 0.01 --l2 0.01
  fluxion check-gradients --model model --epsilon 1e-5`,
    )
    .action(async (options: CheckGradientsOptions) => {
      const { model, loss: kind, inputs } = await checkedModel(options);
      const loss = losses[kind]?.() as NonNullable<ReturnType<(typeof losses)[string]>>;
      const { epsilon } = options;
      const found = check(model, {
        loss,
        regularizer: regularizerOf(options),
        examples: smoothExamples(model, {
          loss,
          count: EXAMPLES,
          seed: options.seed,
          inputs,
          // A coarse epsilon fails by its coarseness, not for want of examples.
          margin: Math.min(100 * epsilon, 1e-3),
        }),
        epsilon,
        tolerance: TOLERANCE,
      });
      const report = inOrder(found, model);
      process.stdout.write(options.json ? asJson(report) : asText(report));
      const failed = report.parameters.filter(({ ok }) => !ok);
      if (failed.length > 0) throw new Error(failureOf(failed, report));
    });
}

/** The report with its parameters in the order of the model. */
function inOrder(report: GradientReport, { parameters }: FlowGraph): GradientReport {
  const places = new Map(parameters.map(({ name }, place) => [name, place]));
  const place = ({ name }: CheckedParameter): number => places.get(name) as number;
  return { ...report, parameters: report.parameters.toSorted((a, b) => place(a) - place(b)) };
}

function asJson({ parameters, ok, maxRelativeError }: GradientReport): string {
  const lines = parameters.map(({ name, maxRelativeError, meanAbsoluteError }) =>
    jsonLine({ event: 'parameter', name, maxRelativeError, meanAbsoluteError }),
  );
  return [...lines, jsonLine({ event: 'summary', ok, maxRelativeError })].join('');
}

function asText({ parameters, maxRelativeError }: GradientReport): string {
  const lines = table(
    [
      { heading: 'parameter' },
      { heading: 'largest relative error', align: 'right' },
      { heading: 'mean absolute error', align: 'right' },
      { heading: '' },
    ],
    parameters.map(({ name, maxRelativeError, meanAbsoluteError, ok }) => [
      name,
      maxRelativeError.toExponential(2),
      meanAbsoluteError.toExponential(2),
      ok ? 'ok' : 'FAILED',
    ]),
  );
  const total = `largest relative error ${maxRelativeError.toExponential(2)}, at most ${TOLERANCE} is ok`;
  return [...lines, total, ''].join('\n');
}

function failureOf(failed: readonly CheckedParameter[], { worst }: GradientReport): string {
  const { parameter, index, analytic, numeric, relativeError } = worst;
  return `the gradients of ${failed.map(({ name }) => name).join(', ')} disagree with finite differences: worst ${parameter}[${index.join(', ')}], ${analytic} by backpropagation, ${numeric} by differences, relative error ${relativeError.toExponential(2)}`;
}
