import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Run, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Options of a pad box. */
export interface PadOptions extends NameOption {
  /** What to pad with. Default 0. */
  readonly value?: number;
}

/** Description of a pad box. */
export interface Pad extends BoxDescription, PadOptions {
  readonly kind: 'pad';
  /** How much to pad before and after, along each axis of an example. */
  readonly around: readonly (readonly [before: number, after: number])[];
}

/**
 * Each example padded with a number: output = input in its place, `value` elsewhere.
 *
 * Shapes   input [batch, ...lengths], output [batch, ...before + length + after]
 * bprop    dInput = the part of dOutput that the input stands in
 *
 * @param padding how much before and after, along each axis of an example
 * @throws {OptionError} when there is not a pair of whole numbers from 0 for each axis, or the value is not finite.
 * @example
 * sequential([pad([[1, 1], [2, 2], [0, 0]]), conv2d(8, 3)], { inputShape: [28, 28, 1] });
 */
export function pad(padding: Pad['around'], options: PadOptions = {}): Pad {
  const pairs = Array.isArray(padding)
    ? padding.map((pair): [number, number] => [...(pair as [number, number])])
    : padding;
  return { kind: 'pad', around: pairs, ...options };
}

/** How a pad box computes. */
export const padBox: BoxDefinition<Pad> = {
  children: 1,
  options: ['around', 'value'],
  outputShape({ around, value = 0 }, [input = []], where) {
    const isPair = (pair: unknown): boolean =>
      Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (!Array.isArray(around) || around.length !== input.length || !around.every(isPair)) {
      throw new OptionError(
        `${where} around: expected two whole numbers from 0 for each of ${input.length} axes, got ${JSON.stringify(around)}; give [before, after] of each`,
      );
    }
    if (!Number.isFinite(value)) {
      throw new OptionError(`${where} value: expected a finite number, got ${value}; give one, as 0`);
    }
    return input.map((length, axis) => {
      const [before, after] = around[axis] as [number, number];
      return before + length + after;
    });
  },
  fprop({ kernels, description, inputs: [input], output }) {
    const { value = 0 } = description;
    const { data, offset, size } = output;
    const fill: Run = () => void data.fill(value, offset, offset + size);
    const { shape } = input as Tensor;
    return [fill, kernels.copy(input as Tensor, { tensor: inside(output, description, shape), beta: 0 })];
  },
  bprop: ({ kernels, description, inputs: [input], dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(inside(dOutput, description, (input as Tensor).shape), dInput),
  ],
};

/** The part of the whole that the input stands in. */
function inside(whole: Tensor, { around }: Pad, shape: Shape): Tensor {
  return whole.lo(0, ...around.map(([before]) => before)).hi(...shape);
}
