import type { BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, reshape, type Shape, type Tensor, type Windows } from '@fluxion/tensor';
import { geometryOf, type Size } from '../convolution/geometry.js';
import type { NameOption } from '../nameOption.js';

/** Options of a pooling box. */
export interface PoolOptions extends NameOption {
  /** Steps from one window to the next. Default the window's own size: windows side by side. */
  readonly stride?: Size;
  /** Room beyond the edge on each side, or `same`; it counts nothing. Default 0. */
  readonly padding?: Size | 'same';
}

/** Description of a pooling box. */
export interface Pool2d extends BoxDescription, PoolOptions {
  readonly kind: 'maxPool2d' | 'averagePool2d';
  readonly size: Size;
}

/**
 * The largest of each window of a picture, by channel.
 *
 * Shapes   input [batch, height, width, channels], output [batch, rows, columns, channels]
 * bprop    dInput = dOutput where the largest was, the first of several; 0 elsewhere
 *
 * @param size height and width of the window, or one number for both
 * @throws {OptionError} when a size is none; {ShapeError} when the graph is built and an example is no picture, or no window
 *   fits.
 * @see Ranzato, Boureau, LeCun, "Sparse feature learning for deep belief networks", NIPS 2007.
 * @example
 * sequential([conv2d(8, 3), relu(), maxPool2d(2), flatten(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function maxPool2d(size: Size, options: PoolOptions = {}): Pool2d {
  return { kind: 'maxPool2d', size, ...options };
}

/**
 * The mean of each window of a picture, by channel, over its places inside the picture.
 *
 * Shapes   input [batch, height, width, channels], output [batch, rows, columns, channels]
 * bprop    dInput = each window's dOutput, shared evenly among those places
 *
 * @param size height and width of the window, or one number for both
 * @throws {OptionError} when a size is none; {ShapeError} when the graph is built and an example is no picture, or no window
 *   fits.
 * @see LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998.
 * @example
 * sequential([conv2d(8, 3), relu(), averagePool2d(2), flatten(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function averagePool2d(size: Size, options: PoolOptions = {}): Pool2d {
  return { kind: 'averagePool2d', size, ...options };
}

const pool: Pick<BoxDefinition<Pool2d>, 'children' | 'options' | 'outputShape'> = {
  children: 1,
  options: ['size', 'stride', 'padding'],
  outputShape({ size, stride = size, padding = 0 }, [input = []], where) {
    expectShape(
      `${where} input`,
      ['height', 'width', 'channels'],
      input,
      'give it pictures, as by reshapeTo()',
    );
    const { output } = geometryOf(input, size, { stride, padding }, where);
    return [...output, input[2] as number];
  },
};

function windowsOf({ description, inputs }: BoxCells<Pool2d>): Windows {
  const { kind, size, stride = size, padding = 0 } = description;
  return geometryOf((inputs[0] as Tensor).shape.slice(1), size, { stride, padding }, kind).windows;
}

/** How a maxPool2d box computes. */
export const maxPool2dBox: BoxDefinition<Pool2d> = {
  ...pool,
  workspace: (_, __, shape) => ({ offsets: { shape, per: 'example' } }),
  fprop: (cells) => [
    cells.kernels.maxPool(
      cells.inputs[0] as Tensor,
      windowsOf(cells),
      cells.output,
      cells.workspace.offsets as Tensor,
    ),
  ],
  bprop: ({ kernels, workspace, dOutput, dInputs: [dInput] }) => [
    dInput && kernels.maxPoolGradient(workspace.offsets as Tensor, dOutput, dInput),
  ],
};

/** How an averagePool2d box computes. */
export const averagePool2dBox: BoxDefinition<Pool2d> = {
  ...pool,
  fprop: (cells) => [cells.kernels.averagePool(cells.inputs[0] as Tensor, windowsOf(cells), cells.output)],
  bprop: (cells) => {
    const { kernels, dOutput, dInputs } = cells;
    const [dInput] = dInputs;
    return [dInput && kernels.averagePoolGradient(dOutput, windowsOf(cells), dInput)];
  },
};

/** Description of a globalAveragePool box. */
export interface GlobalAveragePool extends BoxDescription {
  readonly kind: 'globalAveragePool';
}

/**
 * The mean of each channel, the last axis, over all places of an example.
 *
 * Shapes   input [batch, ...axes, channels], output [batch, channels]
 * bprop    dInput = dOutput / places
 *
 * @throws {ShapeError} when the graph is built and an example is a single number.
 * @see Lin, Chen, Yan, "Network in network", ICLR 2014, section 3.2.
 * @example
 * sequential([conv2d(8, 3), relu(), globalAveragePool(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function globalAveragePool(options: NameOption = {}): GlobalAveragePool {
  return { kind: 'globalAveragePool', ...options };
}

/** How a globalAveragePool box computes. */
export const globalAveragePoolBox: BoxDefinition<GlobalAveragePool> = {
  children: 1,
  options: [],
  outputShape(_, [input = []], where) {
    if (input.length === 0) expectShape(`${where} input`, ['channels'], input, 'give it a vector');
    return input.slice(-1);
  },
  fprop: ({ kernels, inputs: [input], output }) => {
    const places = byPlaces(input as Tensor);
    return [kernels.sumAxis(places, 1, { tensor: output, beta: 0 }, 1 / (places.shape[1] as number))];
  },
  bprop: ({ kernels, dOutput, dInputs: [dInput] }) => {
    if (dInput === undefined) return [];
    const tensor = byPlaces(dInput.tensor);
    return [kernels.spreadAxis(dOutput, 1, { tensor, beta: dInput.beta }, 1 / (tensor.shape[1] as number))];
  },
};

function byPlaces(view: Tensor): Tensor {
  const [batch, ...shape] = view.shape as [number, ...number[]];
  return reshape(view, placesShape(batch, shape));
}

function placesShape(batch: number, shape: Shape): Shape {
  const places = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  return [batch, places, shape.at(-1) as number];
}
