import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription, Runs } from '@fluxion/graph';
import { expectShape, OptionError, type Run, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';
import { type Geometry, geometryOf, type Size, type WindowOptions } from './geometry.js';

/** Options of a convolution. */
export interface Conv2dOptions extends WindowOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Into how many groups the channels fall, each convolved by itself; as many as the channels is depthwise. Default 1. */
  readonly groups?: number;
  /** How the weight begins. Default glorotUniform; heUniform suits a relu above. Biases begin at 0. */
  readonly initializer?: InitializerOption;
}

/** Description of a conv2d box. */
export interface Conv2d extends BoxDescription, Conv2dOptions {
  readonly kind: 'conv2d';
  /** Channels of the output. */
  readonly channels: number;
  readonly kernel: Size;
}

/**
 * Convolution over pictures, channels last: each place of the output is an affine map of the window of the input around it,
 * output[y, x] = Σ_{k,l} input[s·y + d·k − p, s·x + d·l − p] · weight[k, l] + bias, with zeros beyond the edge.
 *
 * Shapes   input [batch, height, width, in], weight [kernel height · kernel width · in / groups, channels], its rows in the
 *          order of (k, l, in), bias [channels], output [batch, rows, columns, channels]
 * bprop    dWeight = Σ windowᵀ · dOutput;  dBias = Σ dOutput;  dInput = dOutput ·
 *          weightᵀ, each added where its window was
 *
 * @param channels of the output, a whole number from 1
 * @param kernel height and width of the window, or one number for both
 * @throws {OptionError} when a size is none, or groups divide the channels not; {ShapeError} when the graph is built and an
 *   example is no picture [height, width, channels], or no window fits.
 * @see LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 86, 1998;
 *   Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285, 2016.
 * @example
 * sequential([conv2d(8, 3, { padding: 'same' }), relu(), maxPool2d(2), flatten(), linear(10)], { inputShape: [28, 28, 1] });
 */
export function conv2d(channels: number, kernel: Size, options: Conv2dOptions = {}): Conv2d {
  expectWhole(channels, 'conv2d channels');
  return { kind: 'conv2d', channels, kernel, ...options };
}

/** How a conv2d box computes. */
export const conv2dBox: BoxDefinition<Conv2d> = {
  children: 1,
  options: ['channels', 'kernel', 'stride', 'padding', 'dilation', 'groups', 'initializer'],
  outputShape(description, [input = []], where) {
    expectShape(
      `${where} input`,
      ['height', 'width', 'channels'],
      input,
      'give it pictures, as by reshapeTo()',
    );
    expectConvolution(description, input, where);
    const { output } = geometryOf(input, description.kernel, description, where);
    return [...output, description.channels];
  },
  parameters: (description, [input]) => convolutionParameters(description, plan(description, input as Shape)),
  fprop: (cells) => convolve(cells, plan(cells.description, exampleOf(cells.inputs[0]))),
  bprop: (cells) => convolveGradients(cells, plan(cells.description, exampleOf(cells.inputs[0]))),
};

function exampleOf(input: Tensor | undefined): Shape {
  return (input as Tensor).shape.slice(1);
}

function plan(description: Conv2d, input: Shape): Plan {
  const { kind, kernel, channels, groups = 1 } = description;
  return { input, channels, groups, ...geometryOf(input, kernel, description, kind) };
}

/** A convolution over pictures of one shape. */
export interface Plan extends Geometry {
  /** Height, width and channels of a picture. */
  readonly input: Shape;
  readonly channels: number;
  readonly groups: number;
}

/** Refuses options of a convolution that cannot be. */
export function expectConvolution(
  { channels, groups = 1, initializer: option }: Pick<Conv2d, 'channels' | 'groups' | 'initializer'>,
  input: Shape,
  where: string,
): void {
  expectWhole(channels, `${where} channels`);
  expectWhole(groups, `${where} groups`);
  if (option !== undefined) expectInitializer(option, `${where} initializer`);
  const from = input.at(-1) as number;
  if (from % groups !== 0 || channels % groups !== 0) {
    throw new OptionError(
      `${where} groups: expected a divisor of ${from} channels in and ${channels} out, got ${groups}; give one`,
    );
  }
}

/** Numbers in a window of one group. */
function windowSize({ windows: { kernel }, input, groups }: Plan): number {
  return (kernel[0] * kernel[1] * (input.at(-1) as number)) / groups;
}

export function convolutionParameters(
  { initializer: option = 'glorotUniform' }: Pick<Conv2d, 'initializer'>,
  plan: Plan,
): ReturnType<NonNullable<BoxDefinition['parameters']>> {
  const { channels, windows } = plan;
  const fanIn = windowSize(plan);
  const fans = { fanIn, fanOut: channels * windows.kernel[0] * windows.kernel[1] };
  return {
    weight: { shape: [fanIn, channels], initializer: initializer(option, fans), regularized: true },
    bias: { shape: [channels], initializer: initializer('zeros'), regularized: false },
  };
}

/** Some channels of pictures, or columns of a weight: the part of one group. */
export function channelsOf(view: Tensor, group: number, groups: number): Tensor {
  const leading = view.shape.slice(0, -1);
  const length = (view.shape.at(-1) as number) / groups;
  return view.lo(...leading.map(() => 0), group * length).hi(...leading, length);
}

/** As pictures [batch, height, width, channels]. */
export function pictures(view: Tensor, [height, width]: Shape, channels: number): Tensor {
  return reshape(view, [view.shape[0] as number, height as number, width as number, channels]);
}

/** Binds a convolution of each group. */
export function convolve({ kernels, inputs, output, parameters }: BoxCells, plan: Plan): Runs {
  const { weight, bias } = parameters as { weight: Tensor; bias: Tensor };
  const input = pictures(inputs[0] as Tensor, plan.input, plan.input.at(-1) as number);
  const values = pictures(output, plan.output, plan.channels);
  return eachGroup(plan, (of) => [
    kernels.convolveAffine(of(input), plan.windows, of(weight), of(bias), of(values)),
  ]);
}

/** Binds the gradients of a convolution. */
export function convolveGradients(cells: BackwardCells, plan: Plan): Runs {
  const { kernels, inputs, parameters, dOutput, dInputs, gradients } = cells;
  const [dInput] = dInputs;
  const { windows, channels } = plan;
  const from = plan.input.at(-1) as number;
  const input = pictures(inputs[0] as Tensor, plan.input, from);
  const values = pictures(dOutput, plan.output, channels);
  const dPictures = dInput && pictures(dInput.tensor, plan.input, from);
  const dWeight = gradients.weight?.dense();
  return [
    gradients.bias &&
      kernels.sumRows(reshape(dOutput, [dOutput.size / channels, channels]), gradients.bias.dense()),
    ...eachGroup(plan, (of) => [
      dWeight &&
        kernels.convolveWeightGradient(of(input), windows, of(values), {
          tensor: of(dWeight.tensor),
          beta: dWeight.beta,
        }),
      dInput &&
        dPictures &&
        kernels.convolvePictureGradient(of(values), windows, of(parameters.weight as Tensor), {
          tensor: of(dPictures),
          beta: dInput.beta,
        }),
    ]),
  ];
}

function eachGroup(
  { groups }: Plan,
  bind: (of: (view: Tensor) => Tensor) => readonly (Run | undefined)[],
): Runs {
  return Array.from({ length: groups }, (_, group) => bind((view) => channelsOf(view, group, groups))).flat();
}
