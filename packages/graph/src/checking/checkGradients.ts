import {
  elements,
  expectNames,
  indexAt,
  type Labels,
  OptionError,
  type Penalty,
  type Random,
  random,
  type Tensor,
} from '@fluxion/tensor';
import type { Mode } from '../box/boxCells.js';
import type { Parameter, State } from '../box/parameter.js';
import { FlowGraph } from '../model/flowGraph.js';
import { type Losses, objective } from '../model/objective.js';
import type { Tape } from '../pass/tape.js';

/** Examples to check on, as `Examples` of the data package are. */
export interface CheckedExamples {
  readonly inputs: Readonly<Record<string, Tensor | Labels>>;
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
  /** What each example counts, [batch]; 1 unless given. */
  readonly weights?: Tensor;
}

/** What to check, and how finely. */
export interface CheckGradientsOptions {
  readonly loss: Losses;
  readonly regularizer?: Penalty;
  readonly examples: CheckedExamples;
  /** ε of the central difference. Default 1e-6. */
  readonly epsilon?: number;
  /** Largest relative error that passes. Default 1e-7. */
  readonly tolerance?: number;
  /**
   * Elements to check of each parameter, spread over it; 1 or more. Default Infinity: all of them. Each costs two passes
   * through the model, so a large model wants a number.
   */
  readonly maxElements?: number;
  /** Decides which elements are checked, where not all are. Default 0. */
  readonly seed?: number;
  /** Of the passes. In `train`, the default, dropout draws the same each time, and each pass begins with the model's states. */
  readonly mode?: Mode;
  /** Is told of each parameter as soon as it has been checked: a large one takes long. */
  readonly onParameter?: (checked: CheckedParameter) => void;
}

const optionNames: readonly (keyof CheckGradientsOptions)[] = [
  'loss',
  'regularizer',
  'examples',
  'epsilon',
  'tolerance',
  'maxElements',
  'seed',
  'mode',
  'onParameter',
];

/** One element of a parameter: what bprop says its gradient is, and what the difference of the losses says. */
export interface CheckedElement {
  readonly parameter: string;
  readonly index: readonly number[];
  readonly analytic: number;
  readonly numeric: number;
  readonly relativeError: number;
}

/** The check of one parameter. */
export interface CheckedParameter {
  readonly name: string;
  /** How many elements it has. */
  readonly size: number;
  /** How many of them were checked. */
  readonly checked: number;
  /** Largest relative error of an element that was checked. */
  readonly maxRelativeError: number;
  /** Mean over these of |analytic − numeric|. */
  readonly meanAbsoluteError: number;
  readonly worst: CheckedElement;
  /** Whether the largest relative error is within the tolerance. */
  readonly ok: boolean;
}

/** What the check found. */
export interface GradientReport {
  readonly ok: boolean;
  readonly maxRelativeError: number;
  /** The worst element of all. */
  readonly worst: CheckedElement;
  /** In the order of fprop. */
  readonly parameters: readonly CheckedParameter[];
}

/**
 * Compares the gradient of every parameter that is not frozen with the central difference of the objective,
 * (f(θ + ε) − f(θ − ε)) / 2ε, where f is the mean loss over the examples plus Ω.
 *
 * It works in float64 on the reference kernels, on a copy of the model, whose own parameters stay as they are. The
 * relative error of an element is |analytic − numeric| over the largest of |analytic|, |numeric|, the root mean square of
 * the parameter's gradient, and r / tolerance, where r = 4·2⁻⁵²·max(1, |f|) / ε is what rounding f leaves in the
 * difference: an element that is much smaller than its neighbours, or than the difference can resolve, is measured
 * against those. So a model whose gradients have come near to 0 passes too. Choose examples away from kinks, as relu's at 0.
 *
 * @throws {OptionError} when ε or `tolerance` is not positive, `maxElements` is below 1, or nothing learns; {ShapeError} when examples
 *   and model do not fit.
 * @see Larochelle, "Training neural networks – backpropagation", slide "gradient checking".
 * @example
 * const report = checkGradients(model, { loss: softmaxCrossEntropy(), regularizer: l2(0.1), examples: { inputs, targets } });
 * report.worst; // { parameter: 'linear1.weight', index: [3, 7], analytic, numeric, relativeError: 2e-10 }
 */
export function checkGradients(model: FlowGraph, options: CheckGradientsOptions): GradientReport {
  expectNames('checkGradients', options, optionNames);
  const {
    examples,
    epsilon = 1e-6,
    tolerance = 1e-7,
    maxElements = Number.POSITIVE_INFINITY,
    seed = 0,
    mode = 'train',
  } = options;
  if (!(epsilon > 0)) {
    throw new OptionError(
      `checkGradients epsilon: expected a positive number, got ${epsilon}; give one, as 1e-6`,
    );
  }
  if (!(tolerance > 0)) {
    throw new OptionError(
      `checkGradients tolerance: expected a positive number, got ${tolerance}; give one, as 1e-7`,
    );
  }
  if (!(maxElements >= 1)) {
    throw new OptionError(
      `checkGradients maxElements: expected 1 or more, got ${maxElements}; give a number, or leave it out to check all`,
    );
  }
  const copy = inFloat64(model);
  const target = objective(copy, options.loss, options.regularizer);
  const { kernels } = copy;

  const { inputs, targets, weights } = examples;
  const pass = (): Tape => {
    copy.states.forEach(({ value }, i) => {
      elements(value).set(elements(model.valueOf(model.states[i] as State)));
    });
    return copy.fprop(inputs, { mode });
  };
  const tape = pass();
  const analytic = tape.bprop(target, targets, weights).gradients.map(({ parameter, gradient, penalty }) => {
    const written = kernels.arena.tensor(parameter.value.shape);
    kernels.writeGradient(parameter.value, gradient, penalty, { tensor: written, beta: 0 })();
    return { parameter, gradient: elements(written).slice() };
  });
  tape.release();
  analytic.sort((a, b) => copy.parameters.indexOf(a.parameter) - copy.parameters.indexOf(b.parameter));
  if (analytic.length === 0) {
    throw new OptionError(
      'checkGradients: expected a parameter below the loss that learns, got none; unfreeze one',
    );
  }

  const penalties = copy.parameters
    .filter(({ regularized }) => regularized)
    .map(({ value }) => kernels.penalty(value, target.penalty));
  const valueOfObjective = (): number => {
    const tape = pass();
    const loss = tape.loss(target, targets, weights);
    tape.release();
    return penalties.reduce((sum, omega) => sum + omega(), loss);
  };

  const rounding = (4 * Number.EPSILON * Math.max(1, Math.abs(valueOfObjective()))) / epsilon;
  const parameters = analytic.map(({ parameter, gradient }) => {
    const values = elements(parameter.value);
    const sampled = spread(gradient.length, maxElements, random(seed, `elements of ${parameter.name}`));
    const numeric = sampled.map((i) => {
      const value = values[i] as number;
      values[i] = value + epsilon;
      const above = valueOfObjective();
      values[i] = value - epsilon;
      const below = valueOfObjective();
      values[i] = value;
      return (above - below) / (2 * epsilon);
    });
    const checked = compare(parameter, gradient, sampled, numeric, tolerance, rounding);
    options.onParameter?.(checked);
    return checked;
  });
  const worst = parameters.reduce((a, b) => (b.maxRelativeError > a.maxRelativeError ? b : a)).worst;
  return {
    ok: parameters.every(({ ok }) => ok),
    maxRelativeError: worst.relativeError,
    worst,
    parameters,
  };
}

/** At most so many of the numbers below `size`, one of each of as many stretches of equal length, in order. */
function spread(size: number, count: number, random: Random): readonly number[] {
  const stretches = Math.min(size, Math.floor(count));
  return Array.from({ length: stretches }, (_, k) => {
    const start = Math.floor((k * size) / stretches);
    const end = Math.floor(((k + 1) * size) / stretches);
    return start + random.integer(k, end - start);
  });
}

function compare(
  { name, value }: Parameter,
  gradient: ArrayLike<number> & Iterable<number>,
  sampled: readonly number[],
  numeric: readonly number[],
  tolerance: number,
  rounding: number,
): CheckedParameter {
  let squares = 0;
  for (const g of gradient) squares += g * g;
  const least = Math.max(Math.sqrt(squares / gradient.length), rounding / tolerance);

  let total = 0;
  let worst = -1;
  let worstError = -1;
  sampled.forEach((element, i) => {
    const a = gradient[element] as number;
    const n = numeric[i] as number;
    const difference = Math.abs(a - n);
    total += difference;
    const error = relativeError(difference, Math.max(Math.abs(a), Math.abs(n), least));
    if (error > worstError) {
      worst = i;
      worstError = error;
    }
  });
  const element = sampled[worst] as number;
  return {
    name,
    size: gradient.length,
    checked: sampled.length,
    maxRelativeError: worstError,
    meanAbsoluteError: total / sampled.length,
    ok: worstError <= tolerance,
    worst: {
      parameter: name,
      index: indexAt(element, value.shape),
      analytic: gradient[element] as number,
      numeric: numeric[worst] as number,
      relativeError: worstError,
    },
  };
}

/** A gradient that is not a finite number is the worst of all. */
function relativeError(difference: number, scale: number): number {
  if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
  return difference === 0 ? 0 : difference / scale;
}

/** The same graph with the same parameters, in float64 on the reference kernels. */
function inFloat64(model: FlowGraph): FlowGraph {
  const copy = new FlowGraph(model.description, {
    seed: model.seed,
    dtype: 'float64',
    kernels: 'reference',
    definitions: model.definitions,
  });
  copy.parameters.forEach((parameter, i) => {
    copy.assign(parameter, elements(model.valueOf(model.parameters[i] as Parameter)));
  });
  for (const box of model.boxes) {
    const learns = [...box.parameters.values()];
    if (learns.length > 0) copy.freeze(box.name, learns[0]?.frozen);
  }
  return copy;
}
