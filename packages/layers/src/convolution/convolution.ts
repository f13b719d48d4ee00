import type { BackwardCells, BoxCells, BoxDefinition, Runs } from '@fluxion/graph';
import { OptionError, type Run, reshape, type Shape, type Tensor } from '@fluxion/tensor';
import { expectBoolean } from '../expectBoolean.js';
import { expectWhole } from '../expectWhole.js';
import { expectInitializer, type InitializerOption, initializer } from '../initializers.js';
import { type Geometry, pictures } from './geometry.js';

/** What convolutions of sequences and of pictures, transposed or not, have in common. */
export interface ConvolutionOptions {
  readonly name?: string;
  readonly frozen?: boolean;
  /** Into how many groups the channels fall, each convolved by itself; as many as the channels is depthwise. Default 1. */
  readonly groups?: number;
  /** Whether a bias is added; below batchNorm() it has no effect. Default true. */
  readonly bias?: boolean;
  /** How the weight begins. Default glorotUniform; heUniform suits a relu above. Biases begin at 0. */
  readonly initializer?: InitializerOption;
}

/** A convolution over pictures of one shape; a sequence is a picture of height 1. */
export interface ConvolutionPlan extends Geometry {
  /** Height, width and channels of a picture. */
  readonly input: Shape;
  readonly channels: number;
  readonly groups: number;
}

/**
 * Refuses channels, groups, a bias or an initializer that cannot be.
 *
 * @throws {OptionError}
 */
export function expectConvolution(
  {
    channels,
    groups = 1,
    bias = true,
    initializer: option,
  }: ConvolutionOptions & { readonly channels: number },
  input: Shape,
  where: string,
): void {
  expectWhole(channels, `${where} channels`);
  expectWhole(groups, `${where} groups`);
  expectBoolean(bias, `${where} bias`);
  if (option !== undefined) expectInitializer(option, `${where} initializer`);
  const from = input.at(-1) as number;
  if (from % groups !== 0 || channels % groups !== 0) {
    throw new OptionError(
      `${where} groups: expected a divisor of ${from} channels in and ${channels} out, got ${groups}; give one`,
    );
  }
}

/** Numbers in a window of one group. */
function windowSize({ windows: { kernel }, input, groups }: ConvolutionPlan): number {
  return (kernel[0] * kernel[1] * (input.at(-1) as number)) / groups;
}

export function convolutionParameters(
  { bias = true, initializer: option = 'glorotUniform' }: ConvolutionOptions,
  plan: ConvolutionPlan,
): ReturnType<NonNullable<BoxDefinition['parameters']>> {
  const { channels, windows } = plan;
  const fanIn = windowSize(plan);
  const fans = { fanIn, fanOut: channels * windows.kernel[0] * windows.kernel[1] };
  return {
    weight: { shape: [fanIn, channels], initializer: initializer(option, fans), regularized: true },
    ...(bias && { bias: { shape: [channels], initializer: initializer('zeros'), regularized: false } }),
  };
}

/** Some channels of pictures, or columns of a weight: the part of one group. */
export function channelsOf(view: Tensor, group: number, groups: number): Tensor {
  const leading = view.shape.slice(0, -1);
  const length = (view.shape.at(-1) as number) / groups;
  return view.lo(...leading.map(() => 0), group * length).hi(...leading, length);
}

/** Binds a convolution of each group. */
export function convolve({ kernels, inputs, output, parameters }: BoxCells, plan: ConvolutionPlan): Runs {
  const { weight, bias } = parameters as { weight: Tensor; bias?: Tensor };
  const input = pictures(inputs[0] as Tensor, plan.input, plan.input.at(-1) as number);
  const values = pictures(output, plan.output, plan.channels);
  return eachGroup(plan, (of) => [
    bias === undefined
      ? kernels.convolve(of(input), plan.windows, of(weight), { tensor: of(values), beta: 0 })
      : kernels.convolveAffine(of(input), plan.windows, of(weight), of(bias), of(values)),
  ]);
}

/** Binds the gradients of a convolution. */
export function convolveGradients(cells: BackwardCells, plan: ConvolutionPlan): Runs {
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
  { groups }: ConvolutionPlan,
  bind: (of: (view: Tensor) => Tensor) => readonly (Run | undefined)[],
): Runs {
  return Array.from({ length: groups }, (_, group) => bind((view) => channelsOf(view, group, groups))).flat();
}
