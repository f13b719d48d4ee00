import type { BackwardCells, BoxCells, BoxDefinition, Initializer, Runs } from '@fluxion/graph';
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

/** Description of an lstm box. */
export interface Lstm extends Recurrent {
  readonly kind: 'lstm';
}

/**
 * Long short-term memory: a cell that gates open and close. With [i, f, g, o] = x_t · inputWeight + h_{t−1} ·
 * recurrentWeight + bias, from h = c = 0:
 *
 *   c_t = σ(f) ⊙ c_{t−1} + σ(i) ⊙ tanh(g);  h_t = σ(o) ⊙ tanh(c_t)
 *
 * A step that the mask leaves out leaves h and c as they are.
 *
 * Shapes   input [batch, length, features], inputWeight [features, 4·units], recurrentWeight [units, 4·units], bias
 *          [4·units], whose part of f begins at 1; output [batch, units], or [batch, length, units] with `sequence`
 * bprop    through all steps; the weights' gradients are kept factored
 *
 * @param units numbers in the state, a whole number from 1
 * @throws {OptionError} when units is invalid; {ShapeError} when the graph is built and an example is not a sequence of vectors.
 * @see Hochreiter and Schmidhuber, "Long short-term memory", Neural Computation 9, 1997; the gate f: Gers, Schmidhuber,
 *   Cummins, "Learning to forget", Neural Computation 12, 2000; its bias: Jozefowicz, Zaremba, Sutskever, ICML 2015.
 * @example
 * sequential([embedding(16), lstm(32), linear(2)], { inputShape: { shape: [64], indices: 10_000, masked: true } });
 */
export function lstm(units: number, options: RecurrentOptions = {}): Lstm {
  expectWhole(units, 'lstm units');
  return { kind: 'lstm', units, ...options };
}

/** How an lstm box computes. */
export const lstmBox: BoxDefinition<Lstm> = {
  ...recurrence(['hidden', 'cell']),
  parameters: ({ units, initializer: option = 'glorotUniform' }, [input]) => ({
    inputWeight: {
      shape: [input?.[1] as number, 4 * units],
      initializer: initializer(option),
      regularized: true,
    },
    recurrentWeight: {
      shape: [units, 4 * units],
      initializer: initializer('orthogonal'),
      regularized: true,
    },
    bias: { shape: [4 * units], initializer: openForgetGate(units), regularized: false },
  }),
  workspace: ({ units }, [input]) => ({
    gates: perStep(input, 4 * units),
    dGates: perStep(input, 4 * units),
    cell: perStep(input, units),
    squashed: perStep(input, units),
    hidden: perStep(input, units),
    previous: perStep(input, units),
    startHidden: perExample(units),
    startCell: perExample(units),
    dHidden0: perExample(units),
    dHidden1: perExample(units),
    dCell0: perExample(units),
    dCell1: perExample(units),
  }),
  fprop: (cells) => readForward(cells, runSteps),
  bprop,
};

function openForgetGate(units: number): Initializer {
  return (values) => void values.fill(0).fill(1, units, 2 * units);
}

function runSteps(cells: BoxCells<Recurrent>): readonly Run[] {
  const { kernels, inputs, masks, parameters, workspace } = cells;
  const { inputWeight, recurrentWeight, bias } = parameters as Parameters;
  const { gates, cell, squashed, hidden, previous, startHidden, startCell } = workspace as Workspace;
  const [mask] = masks;
  const runs: Run[] = [
    beginState(cells, 'hidden', startHidden),
    beginState(cells, 'cell', startCell),
    kernels.affine(rowsOf(inputs[0] as Tensor), inputWeight, bias, rowsOf(gates)),
  ];
  let [beforeHidden, beforeCell] = [startHidden, startCell];
  for (const step of stepsOf(cells)) {
    const open = stepOf(gates, step);
    const [c, squashedC, h] = [stepOf(cell, step), stepOf(squashed, step), stepOf(hidden, step)];
    const kept = stepOf(previous, step);
    runs.push(
      kernels.copy(beforeHidden, { tensor: kept, beta: 0 }),
      kernels.matmul(kept, recurrentWeight, { tensor: open, beta: 1 }),
      kernels.lstmStep(open, beforeCell, c, squashedC, h),
    );
    if (mask !== undefined) {
      runs.push(kernels.holdRows(mask, step, beforeCell, c), kernels.holdRows(mask, step, beforeHidden, h));
    }
    [beforeHidden, beforeCell] = [h, c];
  }
  return [...runs, ...writeOutput(cells, hidden)];
}

/** From the last step to the first: the gradients of the sums under the gates. */
function runStepsBack(cells: BackwardCells<Recurrent>): readonly Run[] {
  const { kernels, masks, parameters, workspace, dOutput } = cells;
  const { recurrentWeight } = parameters as Parameters;
  const { gates, dGates, cell, squashed, startCell } = workspace as Workspace;
  const { dHidden0, dHidden1, dCell0, dCell1 } = workspace as Workspace;
  const [mask] = masks;
  const transposed = recurrentWeight.transpose(1, 0);
  let [dHidden, nextHidden, dLater, nextCell] = [dHidden0, dHidden1, dCell0, dCell1];
  const runs: Run[] = [kernels.clear(dHidden), kernels.clear(dLater)];
  const steps = stepsOf(cells);
  for (let place = steps.length - 1; place >= 0; place--) {
    const step = steps[place] as number;
    const earlier = steps[place - 1];
    const beforeCell = earlier === undefined ? startCell : stepOf(cell, earlier);
    const [open, dOpen, squashedC] = [stepOf(gates, step), stepOf(dGates, step), stepOf(squashed, step)];
    const out = outputAt(cells, dOutput, step);
    if (out !== undefined) runs.push(kernels.copy(out, { tensor: dHidden, beta: 1 }));
    runs.push(kernels.lstmStepGradient(open, beforeCell, squashedC, dHidden, dLater, dOpen, nextCell));
    if (mask !== undefined) {
      runs.push(kernels.dropRows(mask, step, dOpen), kernels.holdRows(mask, step, dLater, nextCell));
    }
    runs.push(kernels.matmul(dOpen, transposed, { tensor: nextHidden, beta: 0 }));
    if (mask !== undefined) runs.push(kernels.holdRows(mask, step, dHidden, nextHidden));
    [dHidden, nextHidden, dLater, nextCell] = [nextHidden, dHidden, nextCell, dLater];
  }
  return runs;
}

function bprop(cells: BackwardCells<Lstm>): Runs {
  const { kernels, inputs, parameters, workspace, dInputs, gradients } = cells;
  const { inputWeight } = parameters as Parameters;
  const { dGates, previous } = workspace as Workspace;
  const [dInput] = dInputs;
  const sums = rowsOf(dGates);
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

type Parameters = Readonly<Record<'inputWeight' | 'recurrentWeight' | 'bias', Tensor>>;
type Workspace = Readonly<
  Record<
    | 'gates'
    | 'dGates'
    | 'cell'
    | 'squashed'
    | 'hidden'
    | 'previous'
    | 'startHidden'
    | 'startCell'
    | 'dHidden0'
    | 'dHidden1'
    | 'dCell0'
    | 'dCell1',
    Tensor
  >
>;
