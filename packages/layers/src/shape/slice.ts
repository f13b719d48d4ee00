import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Run, type Shape, type Tensor } from '@fluxion/tensor';
import { axisOf } from '../axisOf.js';
import type { NameOption } from '../nameOption.js';

/** Where a slice box begins and ends. */
export interface SliceOptions extends NameOption {
  /** An axis of an example, the first being 0; a negative one counts from the last. Default −1. */
  readonly axis?: number;
  /** First step; a negative one counts from the end. Default 0. */
  readonly start?: number;
  /** The step before which it ends; a negative one counts from the end. Default the axis's length. */
  readonly end?: number;
}

/** Description of a slice box. */
export interface Slice extends BoxDescription, SliceOptions {
  readonly kind: 'slice';
}

/**
 * A part of each example: the steps from `start` to before `end` of one axis. Several on one child split it.
 *
 * Shapes   input [batch, ...shape], output the same with end − start steps on the axis
 * bprop    dInput = dOutput in its place, 0 elsewhere
 *
 * @throws {OptionError} when the graph is built and an example does not have the axis or the steps.
 * @example
 * graph({
 *   inputs: { both: [10] },
 *   boxes: { left: apply(slice({ end: 5 }), 'both'), right: apply(slice({ start: 5 }), 'both') },
 *   outputs: ['left', 'right'],
 * });
 */
export function slice(options: SliceOptions = {}): Slice {
  return { kind: 'slice', ...options };
}

/** How a slice box computes. */
export const sliceBox: BoxDefinition<Slice> = {
  children: 1,
  options: ['axis', 'start', 'end'],
  outputShape(description, [input = []], where) {
    const { axis, start, end } = rangeOf(description, input, where);
    return input.with(axis, end - start);
  },
  fprop: ({ kernels, description, inputs: [input], output }) => [
    kernels.copy(partOf(input as Tensor, description), { tensor: output, beta: 0 }),
  ],
  bprop({ kernels, description, dOutput, dInputs: [dInput] }) {
    if (dInput === undefined) return [];
    const { tensor, beta } = dInput;
    const clear: Run = () => void tensor.data.fill(0, tensor.offset, tensor.offset + tensor.size);
    return [
      beta === 0 ? clear : undefined,
      kernels.copy(dOutput, { tensor: partOf(tensor, description), beta: 1 }),
    ];
  },
};

function rangeOf(
  { axis: wanted = -1, start = 0, end }: SliceOptions,
  shape: Shape,
  where: string,
): { axis: number; start: number; end: number } {
  const axis = axisOf(wanted, shape, where);
  const length = shape[axis] as number;
  const from = start < 0 ? start + length : start;
  const to = end === undefined ? length : end < 0 ? end + length : end;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= length)) {
    throw new OptionError(
      `${where}: expected start before end within ${length} steps, got ${start} and ${end ?? length}; give such steps`,
    );
  }
  return { axis, start: from, end: to };
}

function partOf(view: Tensor, options: SliceOptions): Tensor {
  const shape = view.shape.slice(1);
  const { axis, start, end } = rangeOf(options, shape, 'slice');
  const leading = [0, ...shape.slice(0, axis).map(() => 0)];
  return view.lo(...leading, start).hi(view.shape[0], ...shape.with(axis, end - start));
}
