import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, type Tensor } from '@fluxion/tensor';
import { axisOf } from '../axisOf.js';
import type { NameOption } from '../nameOption.js';

/** Options of a concat box. */
export interface ConcatOptions extends NameOption {
  /** An axis of an example, the first being 0; a negative one counts from the last. Default −1. */
  readonly axis?: number;
}

/** Description of a concat box. */
export interface Concat extends BoxDescription, ConcatOptions {
  readonly kind: 'concat';
}

/**
 * Its children side by side along an axis, the last one unless told otherwise: output = [input₁, input₂, …].
 *
 * Shapes   inputᵢ [batch, ...axes, lengthᵢ], output [batch, ...axes, Σ lengthᵢ]
 * bprop    dInputᵢ = the part of dOutput that inputᵢ stands in
 *
 * @throws {ShapeError} when the graph is built and the children differ in another axis; {OptionError} when they do not have
 *   the axis.
 */
export function concat(options: ConcatOptions = {}): Concat {
  return { kind: 'concat', ...options };
}

/** How a concat box computes. */
export const concatBox: BoxDefinition<Concat> = {
  children: 'oneOrMore',
  options: ['axis'],
  mask: () => 'keeps',
  outputShape({ axis: wanted = -1 }, shapes, where) {
    const [first = []] = shapes;
    if (first.length === 0) {
      expectShape(`${where} child 1`, ['length'], first, 'give it vectors');
    }
    const axis = axisOf(wanted, first, where);
    const fix = `children may differ in ${wanted === -1 ? 'their last axis' : `axis ${wanted}`} only`;
    const expected = [...first.slice(0, axis), 'length', ...first.slice(axis + 1)];
    shapes.forEach((shape, i) => {
      expectShape(`${where} child ${i + 1}`, expected, shape, fix);
    });
    return first.with(
      axis,
      shapes.reduce((total, shape) => total + (shape[axis] as number), 0),
    );
  },
  fprop: ({ kernels, description, inputs, output }) =>
    parts(description, output, inputs).map((part, i) =>
      kernels.copy(inputs[i] as Tensor, { tensor: part, beta: 0 }),
    ),
  bprop: ({ kernels, description, inputs, dOutput, dInputs }) =>
    parts(description, dOutput, inputs).map((part, i) => {
      const dInput = dInputs[i];
      return dInput && kernels.copy(part, dInput);
    }),
};

/** Views of the parts of the whole that the children stand in. */
function parts({ axis = -1 }: Concat, whole: Tensor, inputs: readonly Tensor[]): readonly Tensor[] {
  const place = 1 + axisOf(axis, whole.shape.slice(1), 'concat');
  const leading = whole.shape.slice(0, place).map(() => 0);
  let start = 0;
  return inputs.map(({ shape }) => {
    const part = whole.lo(...leading, start).hi(...shape);
    start += shape[place] as number;
    return part;
  });
}
