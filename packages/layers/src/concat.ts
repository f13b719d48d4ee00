import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Tensor } from '@fluxion/tensor';
import type { NameOption } from './nameOption.js';

/** Description of a concat box. */
export interface Concat extends BoxDescription {
  readonly kind: 'concat';
}

/**
 * Its children side by side along the last axis: output = [input₁, input₂, …].
 *
 * Shapes   inputᵢ [batch, ...axes, lengthᵢ], output [batch, ...axes, Σ lengthᵢ]
 * bprop    dInputᵢ = the part of dOutput that inputᵢ stands in
 *
 * @throws {ShapeError} when the graph is built and the children differ in another axis than the last.
 */
export function concat(options: NameOption = {}): Concat {
  return { kind: 'concat', ...options };
}

/** How a concat box computes. */
export const concatBox: BoxDefinition<Concat> = {
  children: 'oneOrMore',
  options: [],
  outputShape(_, shapes, where) {
    const axes = shapes[0]?.slice(0, -1) ?? [];
    shapes.forEach((shape, i) => {
      expectShape(
        `${where} child ${i + 1}`,
        [...axes, 'length'],
        shape,
        'children may differ in their last axis only',
      );
    });
    return [...axes, shapes.reduce((total, shape) => total + (shape.at(-1) as number), 0)];
  },
  fprop: ({ kernels, inputs, output }) =>
    parts(output, inputs).map((part, i) => kernels.copy(inputs[i] as Tensor, { tensor: part, beta: 0 })),
  bprop: ({ kernels, inputs, dOutput, dInputs }) =>
    parts(dOutput, inputs).map((part, i) => {
      const dInput = dInputs[i];
      return dInput && kernels.copy(part, dInput);
    }),
};

/** Views of the parts of the whole that the children stand in. */
function parts(whole: Tensor, inputs: readonly Tensor[]): readonly Tensor[] {
  const leading = whole.shape.slice(0, -1);
  let start = 0;
  return inputs.map(({ shape }) => {
    const part = whole.lo(...leading.map(() => 0), start).hi(...shape);
    start += shape.at(-1) as number;
    return part;
  });
}
