import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription, Runs } from '@fluxion/graph';
import type { Shape, Tensor } from '@fluxion/tensor';
import { axisOf } from '../axisOf.js';
import type { NameOption } from '../nameOption.js';

/** Description of a box that takes an axis together. */
export interface AxisReduction extends BoxDescription {
  readonly kind: 'sumAxis' | 'meanAxis' | 'maxAxis';
  /** An axis of an example, the first being 0; a negative one counts from the last. */
  readonly axis: number;
}

/**
 * Sum along an axis: output = Σ_t input_t. Of a sequence with a mask, along axis 0, steps of padding are left out.
 *
 * Shapes   input [batch, ...shape], output the same without the axis
 * bprop    dInput_t = dOutput; 0 at padding
 *
 * @param axis of an example, the first being 0; a negative one counts from the last
 * @throws {OptionError} when the graph is built and an example does not have the axis.
 * @example
 * sequential([linear(8), sumAxis(0)], { inputShape: [20, 3] }); // [batch, 8]
 */
export function sumAxis(axis: number, options: NameOption = {}): AxisReduction {
  return { kind: 'sumAxis', axis, ...options };
}

/**
 * Mean along an axis: output = 1/n Σ_t input_t. Of a sequence with a mask, along axis 0, it is the mean of the steps that
 * count, and 0 where none does.
 *
 * Shapes   input [batch, ...shape], output the same without the axis
 * bprop    dInput_t = dOutput / n; 0 at padding
 *
 * @param axis of an example, the first being 0; a negative one counts from the last
 * @throws {OptionError} when the graph is built and an example does not have the axis.
 * @example
 * sequential([embedding(16), meanAxis(0), linear(2)], { inputShape: { shape: [64], indices: 10_000, masked: true } });
 */
export function meanAxis(axis: number, options: NameOption = {}): AxisReduction {
  return { kind: 'meanAxis', axis, ...options };
}

/** Shape and mask of a box that takes an axis together. */
export const axisReduction: Pick<
  BoxDefinition<AxisReduction>,
  'children' | 'options' | 'mask' | 'outputShape'
> = {
  children: 1,
  options: ['axis'],
  mask: ({ axis }) => (axis === 0 ? 'ends' : 'keeps'),
  outputShape({ axis }, [input], where) {
    return (input as Shape).toSpliced(axisOf(axis, input as Shape, where), 1);
  },
};

/** How a sumAxis box computes. */
export const sumAxisBox: BoxDefinition<AxisReduction> = {
  ...axisReduction,
  fprop: (cells) => sum(cells, 1),
  bprop: (cells) => spread(cells, 1),
};

/** How a meanAxis box computes. */
export const meanAxisBox: BoxDefinition<AxisReduction> = {
  ...axisReduction,
  workspace: (_, [input]) => ({ shares: { shape: [input?.[0] as number], per: 'example' } }),
  fprop: (cells) => sum(cells, 1 / lengthOf(cells)),
  bprop: (cells) => spread(cells, 1 / lengthOf(cells)),
};

function lengthOf({ inputs: [input], description }: BoxCells<AxisReduction>): number {
  const shape = (input as Tensor).shape.slice(1);
  return shape[axisOf(description.axis, shape, description.kind)] as number;
}

/** The steps that count, where the axis is that of a mask; `shares` is there for a mean. */
function sharesOf({ masks: [mask], description, workspace }: BoxCells<AxisReduction>): Tensor | undefined {
  return mask === undefined || description.axis !== 0 ? undefined : (workspace.shares ?? mask);
}

function sum(cells: BoxCells<AxisReduction>, factor: number): Runs {
  const { kernels, inputs, masks, description, output } = cells;
  const input = inputs[0] as Tensor;
  const sink = { tensor: output, beta: 0 as const };
  const shares = sharesOf(cells);
  const [mask] = masks;
  if (shares === undefined || mask === undefined) {
    return [kernels.sumAxis(input, axisInBatch(description, input), sink, factor)];
  }
  return [
    shares === mask ? undefined : kernels.meanShares(mask, shares),
    kernels.sumSteps(input, shares, sink),
  ];
}

function spread(cells: BackwardCells<AxisReduction>, factor: number): Runs {
  const { kernels, inputs, description, dOutput, dInputs } = cells;
  const [dInput] = dInputs;
  if (dInput === undefined) return [];
  const shares = sharesOf(cells);
  return [
    shares === undefined
      ? kernels.spreadAxis(dOutput, axisInBatch(description, inputs[0] as Tensor), dInput, factor)
      : kernels.spreadSteps(dOutput, shares, dInput),
  ];
}

/** The axis of a batch of examples, the first of which counts them. */
export function axisInBatch({ axis, kind }: AxisReduction, { shape }: Tensor): number {
  return 1 + axisOf(axis, shape.slice(1), kind);
}
