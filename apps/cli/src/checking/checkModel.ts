import { type CheckedElement, type CheckedParameter, checkGradients } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import type { CheckGradientsOptions } from '../commands/checkGradients.js';
import type { Host } from '../host.js';
import { lossFor } from '../model/lossOf.js';
import { regularizerOf } from '../options/regularizerOptions.js';
import { checkedModel } from './checkedModel.js';
import { jsonCheckReport, textCheckReport } from './checkReport.js';
import { samplesFor } from './samplesFor.js';
import { smoothExamples } from './smoothExamples.js';

/** Largest relative error that passes. */
const TOLERANCE = 1e-7;

/** Examples that the loss is the mean over. */
const EXAMPLES = 5;

/** Backpropagation and finite differences disagree: one of them is wrong. */
class GradientError extends Error {
  override name = 'GradientError';
}

/**
 * Checks the gradients of a model and prints what it finds.
 *
 * @throws {GradientError} naming the parameters whose gradients disagree; {OptionError} when none learns, or the loss says
 *   nothing of the model.
 */
export async function checkModel(options: CheckGradientsOptions, { stdout }: Host): Promise<void> {
  const { epsilon, seed, json } = options;
  const { model, loss: kind, inputs } = await checkedModel(options);
  const loss = lossFor(kind, model);
  // A coarse epsilon fails by its coarseness, not for want of examples.
  const margin = Math.min(100 * epsilon, 1e-3);
  const examples = smoothExamples(model, { loss, count: EXAMPLES, seed, inputs, margin });
  const { learning } = model;
  const names = learning.map(({ name }) => name);
  if (names.length === 0) {
    throw new OptionError('gradient check: expected a parameter that learns, all are frozen; unfreeze one');
  }
  const report = json ? jsonCheckReport(stdout) : textCheckReport(stdout, names, TOLERANCE);

  report.start();
  const { ok, worst, parameters } = checkGradients(model, {
    loss,
    regularizer: regularizerOf(options),
    examples,
    epsilon,
    tolerance: TOLERANCE,
    maxElements: options.samples ?? samplesFor(learning),
    seed,
    onParameter: report.parameter,
  });
  const sum = (of: (parameter: CheckedParameter) => number): number =>
    parameters.reduce((total, parameter) => total + of(parameter), 0);
  report.end({ ok, worst, elements: sum(({ size }) => size), checked: sum(({ checked }) => checked) });
  if (!ok) {
    const failed = parameters.filter(({ ok }) => !ok);
    throw new GradientError(failureOf(failed, worst));
  }
}

function failureOf(failed: readonly CheckedParameter[], worst: CheckedElement): string {
  const { parameter, index, analytic, numeric, relativeError } = worst;
  return `gradients of ${failed.map(({ name }) => name).join(', ')}: expected finite differences to agree, got for ${parameter}[${index.join(', ')}], the worst, ${analytic} by backpropagation and ${numeric} by differences, relative error ${relativeError.toExponential(2)}; mend the box's bprop, or try another --epsilon`;
}
