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
 * bprop    dWeight = windowsᵀ · dOutput (kept factored where there is one group);  dBias = Σ dOutput;  dInput = dOutput ·
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
  workspace: (description, [input]) => convolutionWorkspace(plan(description, input as Shape)),
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

export function convolutionWorkspace(plan: Plan): ReturnType<NonNullable<BoxDefinition['workspace']>> {
  const [rows, columns] = plan.output;
  const cell = { shape: [rows * columns, windowSize(plan)], per: 'example' } as const;
  const names = Array.from({ length: plan.groups }, (_, group) => `unfolded${group}`);
  return Object.fromEntries([...names, 'dUnfolded'].map((name) => [name, cell]));
}

/** Views that one group computes with, as matrices whose rows are the windows of all pictures. */
function groupOf(cells: BoxCells, { groups }: Plan, group: number, values: Tensor) {
  const unfolded = cells.workspace[`unfolded${group}`] as Tensor;
  const [batch, places, size] = unfolded.shape as [number, number, number];
  const channels = values.shape.at(-1) as number;
  const columns = (view: Tensor): Tensor => {
    const leading = view.shape.slice(0, -1);
    const first = (group * channels) / groups;
    return view.lo(...leading.map(() => 0), first).hi(...leading, channels / groups);
  };
  return {
    unfolded,
    rows: reshape(unfolded, [batch * places, size]),
    values: columns(reshape(values, [batch * places, channels])),
    columns,
  };
}

/** Binds the windows as rows, and their product with the weight. */
export function convolve(cells: BoxCells, plan: Plan): Runs {
  const { kernels, inputs, output, parameters } = cells;
  const { weight, bias } = parameters as { weight: Tensor; bias: Tensor };
  const pictures = reshape(inputs[0] as Tensor, [output.shape[0] as number, ...plan.input]);
  return eachGroup(plan, (group, firstChannel) => {
    const { unfolded, rows, values, columns } = groupOf(cells, plan, group, output);
    return [
      kernels.windowsToRows(pictures, plan.output, plan.windows, unfolded, firstChannel),
      kernels.affine(rows, columns(weight), columns(bias), values),
    ];
  });
}

/** Binds the gradients of a convolution. */
export function convolveGradients(cells: BackwardCells, plan: Plan): Runs {
  const { kernels, parameters, workspace, dOutput, dInputs, gradients } = cells;
  const [dInput] = dInputs;
  const weight = parameters.weight as Tensor;
  const dUnfolded = workspace.dUnfolded as Tensor;
  const channels = dOutput.shape.at(-1) as number;
  const dOutputs = reshape(dOutput, [dOutput.size / channels, channels]);
  if (plan.groups === 1) {
    gradients.weight?.factored({ input: groupOf(cells, plan, 0, dOutput).rows, dOutput: dOutputs });
  }
  const dWeight = plan.groups === 1 ? undefined : gradients.weight?.dense();
  const dPictures = dInput && reshape(dInput.tensor, [dOutput.shape[0] as number, ...plan.input]);
  return [
    gradients.bias && kernels.sumRows(dOutputs, gradients.bias.dense()),
    ...eachGroup(plan, (group, firstChannel) => {
      const { rows, values, columns } = groupOf(cells, plan, group, dOutput);
      const beta = group === 0 ? (dInput?.beta ?? 0) : 1;
      return [
        dWeight && kernels.matmul(rows.transpose(1, 0), values, { tensor: columns(dWeight.tensor), beta: 0 }),
        dInput &&
          kernels.matmul(values, columns(weight).transpose(1, 0), {
            tensor: reshape(dUnfolded, rows.shape),
            beta: 0,
          }),
        dPictures &&
          kernels.rowsToWindows(
            dUnfolded,
            plan.output,
            plan.windows,
            { tensor: dPictures, beta },
            firstChannel,
          ),
      ];
    }),
  ];
}

function eachGroup(
  { groups, input }: Plan,
  bind: (group: number, firstChannel: number) => readonly (Run | undefined)[],
): Runs {
  const channels = (input.at(-1) as number) / groups;
  return Array.from({ length: groups }, (_, group) => bind(group, group * channels)).flat();
}
