import { type CheckedParameter, checkGradients, type FlowGraph, type GradientReport } from '@fluxion/graph';
import { table } from '@fluxion/terminal';
import type { CheckGradientsOptions } from '../commands/checkGradients.js';
import { jsonLine } from '../jsonLine.js';
import { lossOf } from '../model/lossOf.js';
import { regularizerOf } from '../options/regularizerOptions.js';
import { checkedModel } from './checkedModel.js';
import { smoothExamples } from './smoothExamples.js';

/** Largest relative error that passes. */
const TOLERANCE = 1e-7;

/** Examples that the loss is the mean over. */
const EXAMPLES = 5;

/**
 * Checks the gradients of a model and prints what it found.
 *
 * @throws {Error} naming the parameters whose gradients disagree.
 */
export async function checkModel(options: CheckGradientsOptions): Promise<void> {
  const { epsilon, seed } = options;
  const { model, loss: kind, inputs } = await checkedModel(options);
  const loss = lossOf(kind);
  // A coarse epsilon fails by its coarseness, not for want of examples.
  const margin = Math.min(100 * epsilon, 1e-3);
  const found = checkGradients(model, {
    loss,
    regularizer: regularizerOf(options),
    examples: smoothExamples(model, { loss, count: EXAMPLES, seed, inputs, margin }),
    epsilon,
    tolerance: TOLERANCE,
  });
  const report = inOrder(found, model);
  process.stdout.write(options.json ? asJson(report) : asText(report));
  const failed = report.parameters.filter(({ ok }) => !ok);
  if (failed.length > 0) throw new Error(failureOf(failed, report));
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
