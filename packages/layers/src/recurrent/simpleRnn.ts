import type { BackwardCells, BoxCells, BoxDefinition, Runs } from '@fluxion/graph';
import type { Run, Tensor } from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import { initializer } from '../initializers.js';
import {
  beginState,
  outputAt,
  perExample,
  perStep,
  type Recurrent,
  type RecurrentOptions,
  readBackward,
  readForward,
  recurrence,
  rowsOf,
  stepOf,
  stepsOf,
  writeOutput,
} from './recurrence.js';

/** Description of a simpleRnn box. */
export interface SimpleRnn extends Recurrent {
  readonly kind: 'simpleRnn';
}

/**
 * A state that each step of a sequence changes: h_t = tanh(x_t · inputWeight + h_{t−1} · recurrentWeight + bias), from h = 0.
 * A step that the mask leaves out leaves the state as it is.
 *
 * Shapes   input [batch, length, features], inputWeight [features, units], recurrentWeight [units, units], bias [units],
 *          output [batch, units], or [batch, length, units] with `sequence`
 * bprop    through all steps: with d_t = ∂loss/∂h_t ⊙ (1 − h_t²), dInput_t = d_t · inputWeightᵀ and ∂loss/∂h_{t−1} gets
 *          d_t · recurrentWeightᵀ; the weights' gradients are kept factored
 *
 * @param units numbers in the state, a whole number from 1
 * @throws {OptionError} when units is invalid; {ShapeError} when the graph is built and an example is not a sequence of vectors.
 * @see Elman, "Finding structure in time", Cognitive Science 14, 1990.
 * @example
 * sequential([simpleRnn(32), linear(1)], { inputShape: [20, 4] });
 */
export function simpleRnn(units: number, options: RecurrentOptions = {}): SimpleRnn {
  expectWhole(units, 'simpleRnn units');
  return { kind: 'simpleRnn', units, ...options };
}

/** How a simpleRnn box computes. */
export const simpleRnnBox: BoxDefinition<SimpleRnn> = {
  ...recurrence(['hidden']),
  parameters: ({ units, initializer: option = 'glorotUniform' }, [input]) => ({
    inputWeight: {
      shape: [input?.[1] as number, units],
      initializer: initializer(option),
      regularized: true,
    },
    recurrentWeight: {
      shape: [units, units],
      initializer: initializer('orthogonal'),
      regularized: true,
    },
    bias: { shape: [units], initializer: initializer('zeros'), regularized: false },
  }),
  workspace: ({ units }, [input]) => ({
    hidden: perStep(input, units),
    previous: perStep(input, units),
    dSums: perStep(input, units),
    start: perExample(units),
    dHidden0: perExample(units),
    dHidden1: perExample(units),
  }),
  fprop: (cells) => readForward(cells, runSteps),
  bprop,
};

function runSteps(cells: BoxCells<Recurrent>): readonly Run[] {
  const { kernels, inputs, masks, parameters, workspace } = cells;
  const { inputWeight, recurrentWeight, bias } = parameters as Weights;
  const { hidden, previous, start } = workspace as Workspace;
  const [mask] = masks;
  const runs: Run[] = [
    beginState(cells, 'hidden', start),
    kernels.affine(rowsOf(inputs[0] as Tensor), inputWeight, bias, rowsOf(hidden)),
  ];
  let before = start;
  for (const step of stepsOf(cells)) {
    const [state, kept] = [stepOf(hidden, step), stepOf(previous, step)];
    runs.push(
      kernels.copy(before, { tensor: kept, beta: 0 }),
      kernels.matmul(kept, recurrentWeight, { tensor: state, beta: 1 }),
      kernels.elementwise('tanh', state, state),
    );
    if (mask !== undefined) runs.push(kernels.holdRows(mask, step, kept, state));
    before = state;
  }
  return [...runs, ...writeOutput(cells, hidden)];
}

/** From the last step to the first: the gradients of the sums under tanh. */
function runStepsBack(cells: BackwardCells<Recurrent>): readonly Run[] {
  const { kernels, masks, parameters, workspace, dOutput } = cells;
  const { recurrentWeight } = parameters as Weights;
  const { hidden, dSums, dHidden0, dHidden1 } = workspace as Workspace;
  const [mask] = masks;
  const transposed = recurrentWeight.transpose(1, 0);
  let [dHidden, next] = [dHidden0, dHidden1];
  const runs: Run[] = [kernels.clear(dHidden)];
  for (const step of stepsOf(cells).toReversed()) {
    const [state, dSum] = [stepOf(hidden, step), stepOf(dSums, step)];
    const out = outputAt(cells, dOutput, step);
    if (out !== undefined) runs.push(kernels.copy(out, { tensor: dHidden, beta: 1 }));
    runs.push(kernels.elementwiseGradient('tanh', state, state, dHidden, { tensor: dSum, beta: 0 }));
    if (mask !== undefined) runs.push(kernels.dropRows(mask, step, dSum));
    runs.push(kernels.matmul(dSum, transposed, { tensor: next, beta: 0 }));
    if (mask !== undefined) runs.push(kernels.holdRows(mask, step, dHidden, next));
    [dHidden, next] = [next, dHidden];
  }
  return runs;
}

function bprop(cells: BackwardCells<SimpleRnn>): Runs {
  const { kernels, inputs, parameters, workspace, dInputs, gradients } = cells;
  const { inputWeight } = parameters as Weights;
  const { previous, dSums } = workspace as Workspace;
  const [dInput] = dInputs;
  const sums = rowsOf(dSums);
  gradients.inputWeight?.factored({ input: rowsOf(inputs[0] as Tensor), dOutput: sums });
  gradients.recurrentWeight?.factored({ input: rowsOf(previous), dOutput: sums });
  return [
    ...readBackward(cells, runStepsBack),
    gradients.bias && kernels.sumRows(sums, gradients.bias.dense()),
    dInput &&
      kernels.matmul(sums, inputWeight.transpose(1, 0), {
        tensor: rowsOf(dInput.tensor),
        beta: dInput.beta,
      }),
  ];
}

type Weights = Readonly<Record<'inputWeight' | 'recurrentWeight' | 'bias', Tensor>>;

type Workspace = Readonly<
  Record<'hidden' | 'previous' | 'dSums' | 'start' | 'dHidden0' | 'dHidden1', Tensor>
>;
