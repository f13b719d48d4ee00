import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a permute box. */
export interface Permute extends BoxDescription {
  readonly kind: 'permute';
  /** Which axis of the input each axis of the output is. */
  readonly axes: readonly number[];
}

/**
 * Each example with its axes in another order: axis i of the output is axis axes[i] of the input.
 *
 * Shapes   input [batch, ...shape], output [batch, ...shape[axes]]
 * bprop    dInput = dOutput with its axes back in order
 *
 * @param axes of an example, the first being 0; each of them once
 * @throws {OptionError} when the axes are not all of an example's, each once.
 * @example
 * sequential([permute([1, 2, 0]), conv2d(8, 3)], { inputShape: [3, 32, 32] }); // channels last
 */
export function permute(axes: readonly number[], options: NameOption = {}): Permute {
  if (!Array.isArray(axes)) {
    throw new OptionError(
      `permute axes: expected a list of axes, got ${JSON.stringify(axes)}; give one, as [1, 0]`,
    );
  }
  return { kind: 'permute', axes: [...axes], ...options };
}

/** How a permute box computes. */
export const permuteBox: BoxDefinition<Permute> = {
  children: 1,
  options: ['axes'],
  outputShape({ axes }, [input = []], where) {
    const sorted = Array.isArray(axes) ? axes.toSorted((a, b) => a - b) : [];
    if (sorted.length !== input.length || sorted.some((axis, i) => axis !== i)) {
      throw new OptionError(
        `${where} axes: expected each of 0 to ${input.length - 1} once, got [${axes}]; name all axes of an example`,
      );
    }
    return axes.map((axis) => input[axis] as number);
  },
  fprop: ({ kernels, description: { axes }, inputs: [input], output }) => [
    kernels.copy(permuted(input as Tensor, axes), { tensor: output, beta: 0 }),
  ],
  bprop: ({ kernels, description: { axes }, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(dOutput, { tensor: permuted(dInput.tensor, axes), beta: dInput.beta }),
  ],
};

function permuted(view: Tensor, axes: Shape): Tensor {
  return view.transpose(0, ...axes.map((axis) => axis + 1));
}
