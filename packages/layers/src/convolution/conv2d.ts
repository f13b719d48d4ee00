import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Shape, Tensor } from '@fluxion/tensor';
import { expectPicture } from '../expectPicture.js';
import { expectWhole } from '../expectWhole.js';
import {
  type ConvolutionOptions,
  type ConvolutionPlan,
  convolutionParameters,
  convolve,
  convolveGradients,
  expectConvolution,
} from './convolution.js';
import { geometryOf, type Size, type WindowOptions } from './geometry.js';

/** Options of a conv2d box. */
export interface Conv2dOptions extends ConvolutionOptions, WindowOptions {}

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
 * @throws {OptionError} when a size or an option is invalid, or groups does not divide the channels; {ShapeError} when the graph is built and an
 *   example is not a picture [height, width, channels], or no window fits.
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
  options: ['channels', 'kernel', 'stride', 'padding', 'dilation', 'groups', 'bias', 'initializer'],
  outputShape(description, [input = []], where) {
    expectPicture(input, where);
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

function plan(description: Conv2d, input: Shape): ConvolutionPlan {
  const { kind, kernel, channels, groups = 1 } = description;
  return { input, channels, groups, ...geometryOf(input, kernel, description, kind) };
}
