import type { CheckedElement, CheckedParameter } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import type { CheckGradientsOptions } from '../commands/checkGradients.js';
import { lossOf } from '../model/lossOf.js';
import { regularizerOf } from '../options/regularizerOptions.js';
import { checkByBox } from './checkByBox.js';
import { checkedModel } from './checkedModel.js';
import { jsonCheckReport, textCheckReport } from './checkReport.js';
import { samplesFor } from './samplesFor.js';
import { smoothExamples } from './smoothExamples.js';

/** Largest relative error that passes. */
const TOLERANCE = 1e-7;

/** Examples that the loss is the mean over. */
const EXAMPLES = 5;

/**
 * Checks the gradients of a model and prints what it finds.
 *
 * @throws {Error} naming the parameters whose gradients disagree; {OptionError} when none learns.
 */
export async function checkModel(options: CheckGradientsOptions): Promise<void> {
  const { epsilon, seed, json } = options;
  const { model, loss: kind, inputs } = await checkedModel(options);
  const loss = lossOf(kind);
  // A coarse epsilon fails by its coarseness, not for want of examples.
  const margin = Math.min(100 * epsilon, 1e-3);
  const examples = smoothExamples(model, { loss, count: EXAMPLES, seed, inputs, margin });
  const { learning } = model;
  const names = learning.map(({ name }) => name);
  if (names.length === 0) {
    throw new OptionError('gradient check: expected a parameter that learns, all are frozen; unfreeze one');
  }
  const report = json ? jsonCheckReport(process.stdout) : textCheckReport(process.stdout, names, TOLERANCE);

  report.start();
  const checked: CheckedParameter[] = [];
  const regularizer = regularizerOf(options);
  for (const { parameters } of checkByBox(model, {
    loss,
    regularizer,
    examples,
    epsilon,
    tolerance: TOLERANCE,
    maxElements: options.samples ?? samplesFor(learning),
    seed,
  })) {
    for (const parameter of parameters) report.parameter(parameter);
    checked.push(...parameters);
    // A large box takes long: what has been found is let out meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const failed = checked.filter(({ ok }) => !ok);
  const { worst } = checked.reduce((a, b) => (b.maxRelativeError > a.maxRelativeError ? b : a));
  const sum = (of: (parameter: CheckedParameter) => number): number =>
    checked.reduce((total, parameter) => total + of(parameter), 0);
  report.end({
    ok: failed.length === 0,
    worst,
    elements: sum(({ size }) => size),
    checked: sum(({ checked }) => checked),
  });
  if (failed.length > 0) throw new Error(failureOf(failed, worst));
}

function failureOf(failed: readonly CheckedParameter[], worst: CheckedElement): string {
  const { parameter, index, analytic, numeric, relativeError } = worst;
  return `the gradients of ${failed.map(({ name }) => name).join(', ')} disagree with finite differences: worst ${parameter}[${index.join(', ')}], ${analytic} by backpropagation, ${numeric} by differences, relative error ${relativeError.toExponential(2)}`;
}
