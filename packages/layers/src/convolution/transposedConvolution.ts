import type { BackwardCells, BoxCells, BoxDefinition, Runs } from '@fluxion/graph';
import {
  formatShape,
  OptionError,
  type Run,
  reshape,
  type Shape,
  ShapeError,
  type Tensor,
} from '@fluxion/tensor';
import { initializer } from '../initializers.js';
import { type ConvolutionOptions, channelsOf } from './convolution.js';
import { type Geometry, geometryOf, pairOf, pictures, type Size, type WindowOptions } from './geometry.js';

/** A transposed convolution of pictures of one shape. */
export interface TransposedPlan extends Geometry {
  /** Height, width and channels of the picture that it makes. */
  readonly picture: Shape;
  /** Channels that come in. */
  readonly from: number;
  readonly groups: number;
}

/** Options of a transposed convolution over pictures. */
interface Transposed extends WindowOptions {
  readonly channels: number;
  readonly groups?: number;
  readonly outputPadding?: Size;
}

/**
 * The picture that it makes, and the windows over it that the places of the input are.
 *
 * @throws {OptionError} when a size is invalid; {ShapeError} when nothing is left of the picture.
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
  { bias = true, initializer: option = 'glorotUniform' }: ConvolutionOptions,
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
    ...(bias && { bias: { shape: [channels], initializer: initializer('zeros'), regularized: false } }),
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
  const { weight, bias } = parameters as { weight: Tensor; bias?: Tensor };
  const rows = reshape(output, [output.size / channels, channels]);
  return [
    bias && kernels.spreadAxis(bias, 0, { tensor: rows, beta: 0 }),
    ...eachGroup(plan, (of, weightOf) => [
      kernels.convolvePictureGradient(of(input), plan.windows, weightOf(weight), {
        tensor: of(picture),
        beta: bias === undefined ? 0 : 1,
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
