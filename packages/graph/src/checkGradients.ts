import { elements, type Labels, OptionError, type Penalty, type Tensor } from '@fluxion/tensor';
import { FlowGraph } from './flowGraph.js';
import { type Losses, objective } from './objective.js';
import type { Parameter } from './parameter.js';

/** Examples to check on, as `Examples` of the data package are. */
export interface CheckedExamples {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
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
}

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
  /** Largest relative error of an element. */
  readonly maxRelativeError: number;
  /** Mean over the elements of |analytic − numeric|. */
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
  readonly parameters: readonly CheckedParameter[];
}

/**
 * Compares the gradient of every parameter that is not frozen with the central difference of the objective,
 * (f(θ + ε) − f(θ − ε)) / 2ε, where f is the mean loss over the examples plus Ω.
 *
 * It works in float64 on the reference kernels, on a copy of the model, whose own parameters stay as they are. The
 * relative error of an element is |analytic − numeric| over the largest of |analytic|, |numeric| and the root mean
 * square of the parameter's gradient: an element that is much smaller than its neighbours is measured against them,
 * since the difference of two losses cannot resolve it. Choose examples away from kinks, as relu's at 0.
 *
 * @throws {OptionError} when ε is not positive, or nothing learns; {ShapeError} when examples and model do not fit.
 * @see Larochelle, "Training neural networks – backpropagation", slide "gradient checking".
 * @example
 * const report = checkGradients(model, { loss: softmaxCrossEntropy(), regularizer: l2(0.1), examples: { inputs, targets } });
 * report.worst; // { parameter: 'linear1.weight', index: [3, 7], analytic, numeric, relativeError: 2e-10 }
 */
export function checkGradients(model: FlowGraph, options: CheckGradientsOptions): GradientReport {
  const { examples, epsilon = 1e-6, tolerance = 1e-7 } = options;
  if (!(epsilon > 0)) {
    throw new OptionError(
      `checkGradients epsilon: expected a positive number, got ${epsilon}; give one, as 1e-6`,
    );
  }
  const copy = inFloat64(model);
  const target = objective(copy, options.loss, options.regularizer);
  const { kernels } = copy;

  const tape = copy.fprop(examples.inputs);
  const analytic = tape.bprop(target, examples.targets).gradients.map(({ parameter, gradient, penalty }) => {
    const written = kernels.arena.tensor(parameter.value.shape);
    kernels.writeGradient(parameter.value, gradient, penalty, { tensor: written, beta: 0 })();
    return { parameter, gradient: elements(written).slice() };
  });
  tape.release();
  if (analytic.length === 0) {
    throw new OptionError(
      'checkGradients: expected a parameter below the loss that learns, got none; unfreeze one',
    );
  }

  const penalties = copy.parameters
    .filter(({ regularized }) => regularized)
    .map(({ value }) => kernels.penalty(value, target.penalty));
  const valueOfObjective = (): number => {
    const pass = copy.fprop(examples.inputs);
    const loss = pass.loss(target, examples.targets);
    pass.release();
    return penalties.reduce((sum, omega) => sum + omega(), loss);
  };

  const parameters = analytic.map(({ parameter, gradient }) => {
    const values = elements(parameter.value);
    const numeric = gradient.map((_, i) => {
      const value = values[i] as number;
      values[i] = value + epsilon;
      const above = valueOfObjective();
      values[i] = value - epsilon;
      const below = valueOfObjective();
      values[i] = value;
      return (above - below) / (2 * epsilon);
    });
    return compare(parameter, gradient, numeric, tolerance);
  });
  const worst = parameters.reduce((a, b) => (b.maxRelativeError > a.maxRelativeError ? b : a)).worst;
  return {
    ok: parameters.every(({ ok }) => ok),
    maxRelativeError: worst.relativeError,
    worst,
    parameters,
  };
}

function compare(
  { name, value }: Parameter,
  analytic: ArrayLike<number> & Iterable<number>,
  numeric: ArrayLike<number>,
  tolerance: number,
): CheckedParameter {
  const size = analytic.length;
  let squares = 0;
  for (const g of analytic) squares += g * g;
  const typical = Math.sqrt(squares / size);

  let total = 0;
  let worst = -1;
  let worstError = -1;
  for (let i = 0; i < size; i++) {
    const a = analytic[i] as number;
    const n = numeric[i] as number;
    const difference = Math.abs(a - n);
    total += difference;
    const error = relativeError(difference, Math.max(Math.abs(a), Math.abs(n), typical));
    if (error > worstError) {
      worst = i;
      worstError = error;
    }
  }
  return {
    name,
    maxRelativeError: worstError,
    meanAbsoluteError: total / size,
    ok: worstError <= tolerance,
    worst: {
      parameter: name,
      index: indexOf(worst, value.shape),
      analytic: analytic[worst] as number,
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
    copy.assign(parameter, elements((model.parameters[i] as Parameter).value));
  });
  for (const box of model.boxes) {
    const learns = [...box.parameters.values()];
    if (learns.length > 0) copy.freeze(box.name, learns[0]?.frozen);
  }
  return copy;
}

/** Index along each axis of the element at that place in row-major order. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const length of shape.toReversed()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}
