import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, OptionError, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import type { NameOption } from '../nameOption.js';

/** Description of a maxout box. */
export interface Maxout extends BoxDescription {
  readonly kind: 'maxout';
  /** How many numbers each output is the largest of. */
  readonly pieces: number;
}

/**
 * The largest of each group of consecutive numbers along the last axis: output_j = max_k input_{j·pieces + k}. Above a linear box
 * it is a unit that learns its own convex function.
 *
 * Shapes   input [batch, ...axes, units · pieces], output [batch, ...axes, units]
 * bprop    dInput = dOutput where the largest was, the first of several; 0 elsewhere
 *
 * @param pieces a whole number from 1 that divides the last axis
 * @throws {OptionError} when pieces is invalid, or does not divide the last axis; {ShapeError} when the graph is built and an example
 *   is a single number.
 * @see Goodfellow, Warde-Farley, Mirza, Courville, Bengio, "Maxout networks", ICML 2013, section 2.
 * @example
 * sequential([linear(300), maxout(3), linear(10)], { inputShape: [784] }); // 100 units
 */
export function maxout(pieces: number, options: NameOption = {}): Maxout {
  expectWhole(pieces, 'maxout pieces');
  return { kind: 'maxout', pieces, ...options };
}

/** How a maxout box computes. */
export const maxoutBox: BoxDefinition<Maxout> = {
  children: 1,
  options: ['pieces'],
  mask: () => 'keeps',
  outputShape({ pieces }, [input = []], where) {
    expectWhole(pieces, `${where} pieces`);
    if (input.length === 0) expectShape(`${where} input`, ['units'], input, 'give it a vector');
    const units = (input.at(-1) as number) / pieces;
    if (!Number.isInteger(units)) {
      throw new OptionError(
        `${where} pieces: expected a divisor of ${input.at(-1)}, got ${pieces}; give one`,
      );
    }
    return input.with(-1, units);
  },
  workspace: (_, __, shape) => ({ places: { shape, per: 'example' } }),
  fprop: ({ kernels, description, inputs: [input], workspace, output }) => [
    kernels.maxAxis(
      asMatrix(input as Tensor, description),
      1,
      asVector(output),
      asVector(workspace.places as Tensor),
    ),
  ],
  bprop: ({ kernels, description, workspace, dOutput, dInputs: [dInput] }) => [
    dInput &&
      kernels.maxAxisGradient(asVector(workspace.places as Tensor), asVector(dOutput), 1, {
        tensor: asMatrix(dInput.tensor, description),
        beta: dInput.beta,
      }),
  ],
};

/** Each output's numbers as a row. */
function asMatrix(view: Tensor, { pieces }: Maxout): Tensor {
  const shape: Shape = [view.size / pieces, pieces];
  return reshape(view, shape);
}

function asVector(view: Tensor): Tensor {
  return reshape(view, [view.size]);
}
