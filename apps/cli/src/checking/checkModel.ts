import {
  type CheckedElement,
  type CheckedParameter,
  checkGradients,
  type FlowGraph,
  type Parameter,
} from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { OptionError } from '@fluxion/tensor';
import type { Host } from '../host.js';
import { lossFor } from '../model/lossFor.js';
import { openModel } from '../model/openModel.js';
import { plainGraph } from '../model/plainGraph.js';
import { savedTask } from '../model/savedTask.js';
import type { ActivationName } from '../options/networkOptions.js';
import { createRegularizer, type RegularizerOptions } from '../options/regularizerOptions.js';
import { jsonCheckReport, textCheckReport } from './checkReport.js';
import { smoothExamples } from './smoothExamples.js';

/** What the command line says. */
export interface CheckGradientsOptions extends ModelToCheckOptions, RegularizerOptions {
  readonly epsilon: number;
  readonly samples?: number;
  readonly json?: boolean;
}

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
  const { model, loss: kind, inputs } = await modelToCheck(options);
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
    regularizer: createRegularizer(options),
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
  return `gradients of ${failed.map(({ name }) => name).join(', ')}: expected finite differences to agree, got for ${parameter}[${index.join(', ')}], the worst, ${analytic} by backpropagation and ${numeric} by differences, relative error ${relativeError.toExponential(2)}; correct the box's bprop, or try another --epsilon`;
}

/** What the command line says of the model whose gradients are checked. */
export interface ModelToCheckOptions {
  readonly model?: string;
  readonly inputs?: number;
  readonly hidden?: readonly number[];
  readonly classes?: number;
  readonly activation?: ActivationName;
  readonly loss?: string;
  readonly seed: number;
}

/** A model to check. */
export interface ModelToCheck {
  readonly model: FlowGraph;
  /** Kind of the loss. */
  readonly loss: string;
  /** What inputs it is checked on. */
  readonly inputs: 'binary' | 'uniform';
}

/**
 * The model that is named, or a new one, which is the course's own unless told otherwise.
 *
 * @see Larochelle, "Training neural networks – backpropagation", the exercise: 20 binary inputs, hidden layers of 4 and 5,
 *   3 classes.
 */
async function modelToCheck(options: ModelToCheckOptions): Promise<ModelToCheck> {
  const { seed, inputs = 20, hidden = [4, 5], classes = 3, activation = 'tanh' } = options;
  if (options.model !== undefined) {
    const opened = await openModel(options.model, { seed });
    const { model } = opened;
    const own = savedTask(opened)?.outputs[0]?.loss.kind;
    return { model, loss: options.loss ?? own ?? 'softmaxCrossEntropy', inputs: 'uniform' };
  }
  const loss = options.loss ?? 'softmaxCrossEntropy';
  const description = plainGraph({
    inputs: { input: [inputs] },
    hidden,
    activation,
    outputs: [{ units: classes, loss }],
  });
  return { model: graph(description, { seed }), loss, inputs: 'binary' };
}

/** Passes through a parameter's number, summed over all that are checked: about two seconds of them. */
const BUDGET = 4e7;

/** So few elements would say nothing, however long they take. */
const LEAST = 10;

/**
 * How many elements of each parameter to check, so that it takes seconds: the time of one grows with the numbers in the
 * model. It depends on the model alone, not on the machine.
 */
function samplesFor(parameters: readonly Parameter[]): number {
  const sizes = parameters.map(({ value }) => value.size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const affordable = BUDGET / total;
  if (affordable >= total) return Number.POSITIVE_INFINITY;
  // What small parameters leave of their share goes to the large ones.
  const ascending = sizes.toSorted((a, b) => a - b);
  let left = affordable;
  for (const [i, size] of ascending.entries()) {
    const share = left / (ascending.length - i);
    if (size > share) return Math.max(LEAST, Math.floor(share));
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
