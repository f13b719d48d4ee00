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

/** Description of a gru box. */
export interface Gru extends Recurrent {
  readonly kind: 'gru';
}

/**
 * Gated recurrent unit. With [r, z, n] = x_t · inputWeight + bias and [r′, z′, n′] = h_{t−1} · recurrentWeight +
 * recurrentBias, from h = 0:
 *
 *   reset = σ(r + r′);  update = σ(z + z′);  new = tanh(n + reset ⊙ n′);  h_t = (1 − update) ⊙ new + update ⊙ h_{t−1}
 *
 * A step that the mask leaves out leaves h as it is.
 *
 * Shapes   input [batch, length, features], inputWeight [features, 3·units], recurrentWeight [units, 3·units], bias and
 *          recurrentBias [3·units]; output [batch, units], or [batch, length, units] with `sequence`
 * bprop    through all steps; the weights' gradients are kept factored
 *
 * @param units numbers in the state, a whole number from 1
 * @throws {OptionError} when units is invalid; {ShapeError} when the graph is built and an example is not a sequence of vectors.
 * @see Cho et al., "Learning phrase representations using RNN encoder–decoder", EMNLP 2014; the reset after the product, as in
 *   cuDNN and PyTorch.
 * @example
 * sequential([gru(32), linear(1)], { inputShape: [20, 4] });
 */
export function gru(units: number, options: RecurrentOptions = {}): Gru {
  expectWhole(units, 'gru units');
  return { kind: 'gru', units, ...options };
}

/** How a gru box computes. */
export const gruBox: BoxDefinition<Gru> = {
  ...recurrence(['hidden']),
  parameters: ({ units, initializer: option = 'glorotUniform' }, [input]) => ({
    inputWeight: {
      shape: [input?.[1] as number, 3 * units],
      initializer: initializer(option),
      regularized: true,
    },
    recurrentWeight: {
      shape: [units, 3 * units],
      initializer: initializer('orthogonal'),
      regularized: true,
    },
    bias: { shape: [3 * units], initializer: initializer('zeros'), regularized: false },
    recurrentBias: { shape: [3 * units], initializer: initializer('zeros'), regularized: false },
  }),
  workspace: ({ units }, [input]) => ({
    gates: perStep(input, 3 * units),
    dGates: perStep(input, 3 * units),
    recurrent: perStep(input, 3 * units),
    dRecurrent: perStep(input, 3 * units),
    difference: perStep(input, units),
    hidden: perStep(input, units),
    previous: perStep(input, units),
    start: perExample(units),
    dHidden0: perExample(units),
    dHidden1: perExample(units),
  }),
  fprop: (cells) => readForward(cells, runSteps),
  bprop,
};

function runSteps(cells: BoxCells<Recurrent>): readonly Run[] {
  const { kernels, inputs, masks, parameters, workspace } = cells;
  const { inputWeight, recurrentWeight, bias, recurrentBias } = parameters as Parameters;
  const { gates, recurrent, difference, hidden, previous, start } = workspace as Workspace;
  const [mask] = masks;
  const runs: Run[] = [
    beginState(cells, 'hidden', start),
    kernels.affine(rowsOf(inputs[0] as Tensor), inputWeight, bias, rowsOf(gates)),
  ];
  let before = start;
  for (const step of stepsOf(cells)) {
    const [open, fromState] = [stepOf(gates, step), stepOf(recurrent, step)];
    const [h, kept, apart] = [stepOf(hidden, step), stepOf(previous, step), stepOf(difference, step)];
    runs.push(
      kernels.copy(before, { tensor: kept, beta: 0 }),
      kernels.affine(kept, recurrentWeight, recurrentBias, fromState),
      kernels.gruStep(open, fromState, kept, apart, h),
    );
    if (mask !== undefined) runs.push(kernels.holdRows(mask, step, kept, h));
    before = h;
  }
  return [...runs, ...writeOutput(cells, hidden)];
}

/** From the last step to the first: the gradients of the sums under the gates, and of what the state adds to them. */
function runStepsBack(cells: BackwardCells<Recurrent>): readonly Run[] {
  const { kernels, masks, parameters, workspace, dOutput } = cells;
  const { recurrentWeight } = parameters as Parameters;
  const { gates, dGates, recurrent, dRecurrent, difference, dHidden0, dHidden1 } = workspace as Workspace;
  const [mask] = masks;
  const transposed = recurrentWeight.transpose(1, 0);
  let [dHidden, next] = [dHidden0, dHidden1];
  const runs: Run[] = [kernels.clear(dHidden)];
  for (const step of stepsOf(cells).toReversed()) {
    const [open, dOpen, apart] = [stepOf(gates, step), stepOf(dGates, step), stepOf(difference, step)];
    const [fromState, dFromState] = [stepOf(recurrent, step), stepOf(dRecurrent, step)];
    const out = outputAt(cells, dOutput, step);
    if (out !== undefined) runs.push(kernels.copy(out, { tensor: dHidden, beta: 1 }));
    runs.push(kernels.gruStepGradient(open, fromState, apart, dHidden, dOpen, dFromState, next));
    if (mask !== undefined) {
      runs.push(kernels.dropRows(mask, step, dOpen), kernels.dropRows(mask, step, dFromState));
    }
    runs.push(kernels.matmul(dFromState, transposed, { tensor: next, beta: 1 }));
    if (mask !== undefined) runs.push(kernels.holdRows(mask, step, dHidden, next));
    [dHidden, next] = [next, dHidden];
  }
  return runs;
}

function bprop(cells: BackwardCells<Gru>): Runs {
  const { kernels, inputs, parameters, workspace, dInputs, gradients } = cells;
  const { inputWeight } = parameters as Parameters;
  const { dGates, dRecurrent, previous } = workspace as Workspace;
  const [dInput] = dInputs;
  const [sums, stateSums] = [rowsOf(dGates), rowsOf(dRecurrent)];
  gradients.inputWeight?.factored({ input: rowsOf(inputs[0] as Tensor), dOutput: sums });
  gradients.recurrentWeight?.factored({ input: rowsOf(previous), dOutput: stateSums });
  return [
    ...readBackward(cells, runStepsBack),
    gradients.bias && kernels.sumRows(sums, gradients.bias.dense()),
    gradients.recurrentBias && kernels.sumRows(stateSums, gradients.recurrentBias.dense()),
    dInput &&
      kernels.matmul(sums, inputWeight.transpose(1, 0), {
        tensor: rowsOf(dInput.tensor),
        beta: dInput.beta,
      }),
  ];
}

type Parameters = Readonly<Record<'inputWeight' | 'recurrentWeight' | 'bias' | 'recurrentBias', Tensor>>;
type Workspace = Readonly<
  Record<
    | 'gates'
    | 'dGates'
    | 'recurrent'
    | 'dRecurrent'
    | 'difference'
    | 'hidden'
    | 'previous'
    | 'start'
    | 'dHidden0'
    | 'dHidden1',
    Tensor
  >
>;
