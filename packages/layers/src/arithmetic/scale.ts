import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';

/** Description of a scale box. */
export interface Scale extends BoxDescription {
  readonly kind: 'scale';
  readonly factor: number;
}

/**
 * Its child times a fixed number: output = factor · input.
 *
 * Shapes   input and output [batch, ...shape]
 * bprop    dInput = factor · dOutput
 *
 * @param factor a finite number
 * @throws {OptionError} when the factor is not finite.
 * @example
 * sequential([scale(1 / 255), linear(10)], { inputShape: [784] });
 */
export function scale(factor: number, options: NameOption = {}): Scale {
  expectFactor(factor, 'scale');
  return { kind: 'scale', factor, ...options };
}

function expectFactor(factor: number, where: string): void {
  if (!Number.isFinite(factor)) {
    throw new OptionError(`${where} factor: expected a finite number, got ${factor}; give one, as 0.5`);
  }
}

/** How a scale box computes. */
export const scaleBox: BoxDefinition<Scale> = {
  children: 1,
  options: ['factor'],
  mask: () => 'keeps',
  outputShape({ factor }, [input], where) {
    expectFactor(factor, where);
    return input as Shape;
  },
  fprop: ({ kernels, description: { factor }, inputs: [input], output }) => [
    kernels.copy(input as Tensor, { tensor: output, beta: 0 }, factor),
  ],
  bprop: ({ kernels, description: { factor }, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.copy(dOutput, dInput, factor),
  ],
};
