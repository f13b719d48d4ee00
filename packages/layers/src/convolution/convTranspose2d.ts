import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription, Runs } from '@fluxion/graph';
import {
  expectShape,
  formatShape,
  OptionError,
  type Run,
  reshape,
  type Shape,
  ShapeError,
  type Tensor,
} from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import { initializer } from '../initializers.js';
import { type Conv2dOptions, channelsOf, expectConvolution, pictures } from './conv2d.js';
import { type Geometry, geometryOf, pairOf, type Size, type WindowOptions } from './geometry.js';

/** Options of a transposed convolution. */
export interface ConvTranspose2dOptions extends Conv2dOptions {
  /**
   * Rows and columns more at the end, below the stride: which of the sizes that the convolution makes this input of is meant.
   * Default 0.
   */
  readonly outputPadding?: Size;
}

/** Description of a convTranspose2d box. */
export interface ConvTranspose2d extends BoxDescription, ConvTranspose2dOptions {
  readonly kind: 'convTranspose2d';
  /** Channels of the output. */
  readonly channels: number;
  readonly kernel: Size;
}

/**
 * Transposed convolution over pictures, channels last: each place of the input adds a window to the output,
 * output[s·y + d·k − p, s·x + d·l − p] += input[y, x] · weight[k, l], and bias to every place. It goes the way that a
 * convolution's gradient goes: its output is as large as a picture of which that convolution makes the input. With padding
 * `same` that is stride times as large.
 *
 * Shapes   input [batch, height, width, in], weight [in, kernel height · kernel width · channels / groups], its columns in the
 *          order of (k, l, channel), bias [channels], output [batch, rows, columns, channels], with
 *          rows = (height − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + outputPadding
 * bprop    with the windows of dOutput as rows: dInput = windows · weightᵀ;  dWeight = inputᵀ · windows;
 *          dBias = Σ dOutput
 *
 * @param channels of the output, a whole number from 1
 * @param kernel height and width of the window, or one number for both
 * @throws {OptionError} when a size is none, or groups divide the channels not; {ShapeError} when the graph is built and an
 *   example is no picture [height, width, channels], or the padding leaves nothing.
 * @see Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285, 2016, chapter 4.
 * @example
 * sequential([reshapeTo([7, 7, 16]), convTranspose2d(8, 4, { stride: 2, padding: 1 }), relu()], { inputShape: [784] });
 */
export function convTranspose2d(
  channels: number,
  kernel: Size,
  options: ConvTranspose2dOptions = {},
): ConvTranspose2d {
  expectWhole(channels, 'convTranspose2d channels');
  return { kind: 'convTranspose2d', channels, kernel, ...options };
}

/** How a convTranspose2d box computes. */
export const convTranspose2dBox: BoxDefinition<ConvTranspose2d> = {
  children: 1,
  options: ['channels', 'kernel', 'stride', 'padding', 'dilation', 'groups', 'outputPadding', 'initializer'],
  outputShape(description, [input = []], where) {
    expectShape(
      `${where} input`,
      ['height', 'width', 'channels'],
      input,
      'give it pictures, as by reshapeTo()',
    );
    expectConvolution(description, input, where);
    return plan(description, input, where).picture;
  },
  parameters: (description, [input]) => transposedParameters(description, plan(description, input as Shape)),
  fprop: (cells) => spread(cells, plan(cells.description, exampleOf(cells))),
  bprop: (cells) => spreadGradients(cells, plan(cells.description, exampleOf(cells))),
};

function exampleOf({ inputs: [input] }: BoxCells): Shape {
  return (input as Tensor).shape.slice(1);
}

function plan(description: ConvTranspose2d, input: Shape, where = 'convTranspose2d'): TransposedPlan {
  return transposedPlan(description, description.kernel, input, where);
}

/** A transposed convolution of pictures of one shape. */
export interface TransposedPlan extends Geometry {
  /** Height, width and channels of the picture that it makes. */
  readonly picture: Shape;
  /** Channels that come in. */
  readonly from: number;
  readonly groups: number;
}

/** What a transposed convolution goes by. */
interface Transposed extends WindowOptions {
  readonly channels: number;
  readonly groups?: number;
  readonly outputPadding?: Size;
}

/**
 * The picture that it makes, and the windows over it that the places of the input are.
 *
 * @throws {OptionError} when a size is none; {ShapeError} when nothing is left of the picture.
 */
export function transposedPlan(
  { channels, groups = 1, outputPadding = 0, ...options }: Transposed,
  kernelSize: Size,
  [height = 0, width = 0, from = 0]: Shape,
  where: string,
): TransposedPlan {
  const kernel = pairOf(kernelSize, `${where} kernel`, 1);
  const stride = pairOf(options.stride ?? 1, `${where} stride`, 1);
  const dilation = pairOf(options.dilation ?? 1, `${where} dilation`, 1);
  const more = pairOf(outputPadding, `${where} outputPadding`, 0);
  const padding =
    options.padding === 'same' ? undefined : pairOf(options.padding ?? 0, `${where} padding`, 0);
  if (more.some((extra, side) => extra >= (stride[side] as number))) {
    throw new OptionError(
      `${where} outputPadding: expected less than the stride, ${formatShape(stride)}, got ${formatShape(more)}; give less`,
    );
  }
  const size = [height, width].map((length, side) => {
    const [k, s, d] = [kernel[side], stride[side], dilation[side]] as [number, number, number];
    if (padding === undefined) return length * s;
    return (length - 1) * s - 2 * (padding[side] as number) + d * (k - 1) + 1 + (more[side] as number);
  });
  if (size.some((length) => length < 1)) {
    throw new ShapeError(
      `${where} input: expected room for an output, got ${formatShape([height, width])}, of which the padding leaves none; give larger pictures, or less padding`,
    );
  }
  const { windows } = geometryOf(size, kernelSize, options, where);
  return { windows, output: [height, width], picture: [...size, channels], from, groups };
}

/** Numbers in a window of one group. */
function windowSize({ windows: { kernel }, picture, groups }: TransposedPlan): number {
  return (kernel[0] * kernel[1] * (picture.at(-1) as number)) / groups;
}

export function transposedParameters(
  { initializer: option = 'glorotUniform' }: Pick<Conv2dOptions, 'initializer'>,
  plan: TransposedPlan,
): ReturnType<NonNullable<BoxDefinition['parameters']>> {
  const { kernel } = plan.windows;
  const channels = plan.picture.at(-1) as number;
  const places = kernel[0] * kernel[1];
  const fans = { fanIn: (places * plan.from) / plan.groups, fanOut: places * channels };
  return {
    weight: {
      shape: [plan.from, windowSize(plan)],
      initializer: initializer(option, fans),
      regularized: true,
    },
    bias: { shape: [channels], initializer: initializer('zeros'), regularized: false },
  };
}

/** One group: its channels of pictures, its rows of a matrix of the weight's shape as columns, and its part of the picture. */
function eachGroup(
  plan: TransposedPlan,
  bind: (of: (view: Tensor) => Tensor, weightOf: (matrix: Tensor) => Tensor) => readonly (Run | undefined)[],
): Runs {
  const { from, groups } = plan;
  const own = from / groups;
  return Array.from({ length: groups }, (_, group) =>
    bind(
      (view) => channelsOf(view, group, groups),
      (matrix) =>
        matrix
          .lo(group * own, 0)
          .hi(own, windowSize(plan))
          .transpose(1, 0),
    ),
  ).flat();
}

/** Binds the windows that the input makes, added up in the output. */
export function spread({ kernels, inputs, output, parameters }: BoxCells, plan: TransposedPlan): Runs {
  const channels = plan.picture.at(-1) as number;
  const picture = pictures(output, plan.picture, channels);
  const input = pictures(inputs[0] as Tensor, plan.output, plan.from);
  return [
    kernels.spreadAxis(parameters.bias as Tensor, 0, {
      tensor: reshape(output, [output.size / channels, channels]),
      beta: 0,
    }),
    ...eachGroup(plan, (of, weightOf) => [
      kernels.convolvePictureGradient(of(input), plan.windows, weightOf(parameters.weight as Tensor), {
        tensor: of(picture),
        beta: 1,
      }),
    ]),
  ];
}

/** Binds the gradients of a transposed convolution. */
export function spreadGradients(cells: BackwardCells, plan: TransposedPlan): Runs {
  const { kernels, inputs, parameters, dOutput, dInputs, gradients } = cells;
  const [dInput] = dInputs;
  const channels = plan.picture.at(-1) as number;
  const input = pictures(inputs[0] as Tensor, plan.output, plan.from);
  const dPicture = pictures(dOutput, plan.picture, channels);
  const dPlaces = dInput && pictures(dInput.tensor, plan.output, plan.from);
  const dWeight = gradients.weight?.dense();
  return [
    gradients.bias &&
      kernels.sumRows(reshape(dOutput, [dOutput.size / channels, channels]), gradients.bias.dense()),
    ...eachGroup(plan, (of, weightOf) => [
      dWeight &&
        kernels.convolveWeightGradient(of(dPicture), plan.windows, of(input), {
          tensor: weightOf(dWeight.tensor),
          beta: dWeight.beta,
        }),
      dInput &&
        dPlaces &&
        kernels.convolve(of(dPicture), plan.windows, weightOf(parameters.weight as Tensor), {
          tensor: of(dPlaces),
          beta: dInput.beta,
        }),
    ]),
  ];
}
