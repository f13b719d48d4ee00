import type { BoxDefinition } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import type { NameOption } from '../nameOption.js';
import { type AxisReduction, axisInBatch, axisReduction } from './sumAxis.js';

/**
 * Largest along an axis: output = max_t input_t. Of a sequence with a mask, along axis 0, steps of padding are left out; where
 * all are, the output is 0.
 *
 * Shapes   input [batch, ...shape], output the same without the axis
 * bprop    dInput_t = dOutput at the step that has the largest, the first of several; 0 elsewhere
 *
 * @param axis of an example, the first being 0; a negative one counts from the last
 * @throws {OptionError} when the graph is built and an example does not have the axis.
 * @example
 * sequential([linear(8), maxAxis(0)], { inputShape: [20, 3] }); // [batch, 8]
 */
export function maxAxis(axis: number, options: NameOption = {}): AxisReduction {
  return { kind: 'maxAxis', axis, ...options };
}

/** How a maxAxis box computes. */
export const maxAxisBox: BoxDefinition<AxisReduction> = {
  ...axisReduction,
  workspace: (_, __, shape) => ({ places: { shape, per: 'example' } }),
  fprop({ kernels, description, inputs: [input], masks: [mask], output, workspace }) {
    const axis = axisInBatch(description, input as Tensor);
    const steps = description.axis === 0 ? mask : undefined;
    return [kernels.maxAxis(input as Tensor, axis, output, workspace.places as Tensor, steps)];
  },
  bprop: ({ kernels, description, inputs: [input], workspace, dOutput, dInputs: [dInput] }) => [
    dInput &&
      kernels.maxAxisGradient(
        workspace.places as Tensor,
        dOutput,
        axisInBatch(description, input as Tensor),
        dInput,
      ),
  ],
};
