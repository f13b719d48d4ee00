import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription, Runs } from '@fluxion/graph';
import { OptionError, type Run, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectSequence } from '../expectSequence.js';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';

/** Options of a recurrent box. */
export interface RecurrentOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Whether the output is the state after every step, [length, units]; else after the last one, [units]. Default false. */
  readonly sequence?: boolean;
  /** Whether it reads from the last step to the first. Beside a box that does not, it reads both ways. Default false. */
  readonly reverse?: boolean;
  /**
   * Whether the state goes on from one example to the next, for streams without end that come in pieces. It is saved with the
   * model, and 0 at first. In training the examples of a minibatch are read as one sequence, in their order, from the state that
   * the one before has left; gradients go back to its beginning and no further (truncated backpropagation through time). In
   * predictions each example goes on from the state that training has left, and changes nothing. Take examples in order, without
   * a shuffle. Default false: each example begins at 0.
   */
  readonly stateful?: boolean;
  /** How the weight of the input begins. Default glorotUniform. That of the state begins orthogonal. */
  readonly initializer?: InitializerOption;
}

/** Description of a recurrent box. */
export interface Recurrent extends BoxDescription, RecurrentOptions {
  /** Numbers in the state. */
  readonly units: number;
}

/**
 * What recurrent boxes have in common: one child, a sequence; a mask that is kept by a sequence and ends with the last.
 *
 * @param kept names of the workspace cells whose last step a stateful box keeps as its states
 */
export function recurrence(
  kept: readonly string[],
): Pick<
  BoxDefinition<Recurrent>,
  'children' | 'options' | 'mask' | 'mixesExamples' | 'outputShape' | 'states'
> {
  return {
    children: 1,
    options: ['units', 'sequence', 'reverse', 'stateful', 'initializer'],
    mask: ({ sequence = false }) => (sequence ? 'keeps' : 'ends'),
    mixesExamples: ({ stateful = false }) => stateful,
    outputShape(description, [input = []], where) {
      const { units, sequence = false, reverse = false, stateful = false, initializer: option } = description;
      expectWhole(units, `${where} units`);
      if (option !== undefined) expectInitializer(option, `${where} initializer`);
      if (stateful && reverse) {
        throw new OptionError(
          `${where} reverse: expected to read on from the example before, as it is stateful, got reverse; leave out one of the two`,
        );
      }
      expectSequence(input, `${where} input`, 'features');
      expectWhole(input[0] as number, `${where} length of the input`);
      return sequence ? [input[0] as number, units] : [units];
    },
    states: ({ units, stateful = false }) =>
      Object.fromEntries(
        (stateful ? kept : []).map((name) => [name, { shape: [units], initializer: initializer('zeros') }]),
      ),
  };
}

/**
 * Binds the reading of sequences: each example by itself, or, of a stateful box in training, all as one, whose last step it
 * keeps.
 */
export function readForward(
  cells: BoxCells<Recurrent>,
  read: (cells: BoxCells<Recurrent>) => readonly Run[],
): Runs {
  if (!readsOn(cells)) return read(cells);
  const { kernels, states, pass } = cells;
  const one = asOne(cells);
  const keep = Object.entries(states).map(([name, state]) => {
    const last = stepsOf(one).at(-1) as number;
    const sink = { tensor: reshape(state, [1, state.size]), beta: 0 } as const;
    return kernels.copy(stepOf(one.workspace[name] as Tensor, last), sink);
  });
  return byMode(pass, read(cells), [...read(one), ...keep]);
}

/** Binds the way back through the steps of `readForward`. */
export function readBackward(
  cells: BackwardCells<Recurrent>,
  read: (cells: BackwardCells<Recurrent>) => readonly Run[],
): Runs {
  return readsOn(cells) ? byMode(cells.pass, read(cells), read(asOne(cells))) : read(cells);
}

function readsOn({ description, output }: BoxCells<Recurrent>): boolean {
  return description.stateful === true && (output.shape[0] as number) > 0;
}

function byMode(pass: BoxCells['pass'], apart: readonly Run[], together: readonly Run[]): Runs {
  return [
    () => {
      for (const run of pass.mode === 'train' ? together : apart) run();
    },
  ];
}

/** The cells of all examples as those of one, that is so much longer. */
function asOne<C extends BoxCells<Recurrent>>(cells: C): C {
  const long = (view: Tensor): Tensor => {
    const [batch, length, ...rest] = view.shape as [number, number, ...number[]];
    return reshape(view, [1, batch * length, ...rest]);
  };
  return {
    ...cells,
    inputs: cells.inputs.map(long),
    masks: cells.masks.map((mask) => mask && long(mask)),
    workspace: Object.fromEntries(
      Object.entries(cells.workspace).map(([name, view]) => [
        name,
        view.dimension === 3 ? long(view) : view.hi(1, view.shape[1]),
      ]),
    ),
  };
}

/** Sets a state as it is before the first step: 0, or what a stateful box was left with. */
export function beginState({ kernels, states }: BoxCells<Recurrent>, name: string, start: Tensor): Run {
  const state = states[name];
  return state === undefined
    ? kernels.clear(start)
    : kernels.spreadAxis(state, 0, { tensor: start, beta: 0 });
}

/** Puts into the output what comes out of the states [batch, length, units] after all steps. */
export function writeOutput(cells: BoxCells<Recurrent>, hidden: Tensor): readonly Run[] {
  const { kernels, output, description } = cells;
  if (description.sequence === true) {
    return [kernels.copy(hidden, { tensor: reshape(output, hidden.shape), beta: 0 })];
  }
  return stepsOf(cells).flatMap((step) => {
    const out = outputAt(cells, output, step);
    return out === undefined ? [] : [kernels.copy(stepOf(hidden, step), { tensor: out, beta: 0 })];
  });
}

/**
 * The part of the output, or of its gradient, that the state after a step comes out in: each step's with `sequence`, else only
 * that of the last one read of each example.
 */
export function outputAt(
  { description, inputs: [input] }: BoxCells<Recurrent>,
  view: Tensor,
  step: number,
): Tensor | undefined {
  const [rows, total] = (input as Tensor).shape as [number, number];
  if (description.sequence === true) return stepOf(reshape(view, [rows, total, description.units]), step);
  const length = view.shape[0] === 0 ? total : (total * rows) / (view.shape[0] as number);
  if (step % length !== (description.reverse === true ? 0 : length - 1)) return undefined;
  return view.lo(Math.floor(step / length) * rows, 0).hi(rows, description.units);
}

/** The steps of a sequence in the order in which a box reads them. */
export function stepsOf({ inputs: [input], description }: BoxCells<Recurrent>): readonly number[] {
  const steps = Array.from({ length: (input as Tensor).shape[1] as number }, (_, step) => step);
  return description.reverse === true ? steps.reverse() : steps;
}

/** One step of [batch, length, n], as [batch, n]. */
export function stepOf(view: Tensor, step: number): Tensor {
  return view.pick(null, step, null);
}

/** All steps of all examples [batch, length, n] as the rows of a matrix. */
export function rowsOf(view: Tensor): Tensor {
  const [batch, length, n] = view.shape as [number, number, number];
  return reshape(view, [batch * length, n]);
}

/** A cell of `size` numbers for each step of each example. */
export function perStep(input: Shape | undefined, size: number): { shape: Shape; per: 'example' } {
  return { shape: [input?.[0] as number, size], per: 'example' };
}

/** A cell of `size` numbers for each example. */
export function perExample(size: number): { shape: Shape; per: 'example' } {
  return { shape: [size], per: 'example' };
}
