import type { BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption } from '../initializers.js';

/** Options of a recurrent box. */
export interface RecurrentOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Whether the output is the state after every step, [length, units]; else after the last one, [units]. Default false. */
  readonly sequence?: boolean;
  /** Whether it reads from the last step to the first. Beside a box that does not, it reads both ways. Default false. */
  readonly reverse?: boolean;
  /** How the weight of the input begins. Default glorotUniform. That of the state begins orthogonal. */
  readonly initializer?: InitializerOption;
}

/** Description of a recurrent box. */
export interface Recurrent extends BoxDescription, RecurrentOptions {
  /** Numbers in the state. */
  readonly units: number;
}

/** What recurrent boxes have in common: one child, a sequence; a mask that is kept by a sequence and ends with the last. */
export const recurrence: Pick<BoxDefinition<Recurrent>, 'children' | 'options' | 'mask' | 'outputShape'> = {
  children: 1,
  options: ['units', 'sequence', 'reverse', 'initializer'],
  mask: ({ sequence = false }) => (sequence ? 'keeps' : 'ends'),
  outputShape({ units, sequence = false, initializer }, [input = []], where) {
    expectWhole(units, `${where} units`);
    if (initializer !== undefined) expectInitializer(initializer, `${where} initializer`);
    expectShape(`${where} input`, ['length', 'features'], input, 'give it a sequence of vectors');
    expectWhole(input[0] as number, `${where} length of the input`);
    return sequence ? [input[0] as number, units] : [units];
  },
};

/** The steps of a sequence in the order in which a box reads them. */
export function stepsOf({ inputs: [input], description }: BoxCells<Recurrent>): readonly number[] {
  const steps = Array.from({ length: (input as Tensor).shape[1] as number }, (_, step) => step);
  return description.reverse === true ? steps.reverse() : steps;
}

/** One step of [batch, length, n], as [batch, n]. */
export function stepOf(view: Tensor, step: number): Tensor {
  return view.pick(null, step, null);
}

/** The part of [batch, parts · units] that belongs to one gate, or to several in a row. */
export function gate(view: Tensor, units: number, first: number, count = 1): Tensor {
  return view.lo(0, first * units).hi(view.shape[0], count * units);
}

/** All steps of all examples [batch, length, n] as the rows of a matrix. */
export function rowsOf(view: Tensor): Tensor {
  const [batch, length, n] = view.shape as [number, number, number];
  return reshape(view, [batch * length, n]);
}

/** A cell with so many numbers for each step of each example. */
export function perStep(input: Shape | undefined, size: number): { shape: Shape; per: 'example' } {
  return { shape: [input?.[0] as number, size], per: 'example' };
}

/** A cell with so many numbers for each example. */
export function perExample(size: number): { shape: Shape; per: 'example' } {
  return { shape: [size], per: 'example' };
}
