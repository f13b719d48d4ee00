import type { BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Shape, Tensor } from '@fluxion/tensor';
import { expectPicture } from '../expectPicture.js';
import { expectWhole } from '../expectWhole.js';
import type { Conv2dOptions } from './conv2d.js';
import { expectConvolution } from './convolution.js';
import type { Size } from './geometry.js';
import {
  spread,
  spreadGradients,
  type TransposedPlan,
  transposedParameters,
  transposedPlan,
} from './transposedConvolution.js';

/** Options of a convTranspose2d box. */
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
 * @throws {OptionError} when a size or an option is invalid, or groups does not divide the channels; {ShapeError} when the graph is built and an
 *   example is not a picture [height, width, channels], or the padding leaves nothing.
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
  options: [
    'channels',
    'kernel',
    'stride',
    'padding',
    'dilation',
    'groups',
    'outputPadding',
    'bias',
    'initializer',
  ],
  outputShape(description, [input = []], where) {
    expectPicture(input, where);
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
