import type { BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import { expectSequence } from '../expectSequence.js';
import { expectWhole } from '../expectWhole.js';
import { type ConvolutionOptions, expectConvolution } from './convolution.js';
import {
  spread,
  spreadGradients,
  type TransposedPlan,
  transposedParameters,
  transposedPlan,
} from './transposedConvolution.js';

/** Options of a convTranspose1d box. */
export interface ConvTranspose1dOptions extends ConvolutionOptions {
  /** Steps from one window to the next. Default 1. */
  readonly stride?: number;
  /** Steps left out at each end; `same`: what makes the output stride times as long. Default 0. */
  readonly padding?: number | 'same';
  /** Distance between the steps of a window. Default 1. */
  readonly dilation?: number;
  /** Steps more at the end, below the stride. Default 0. */
  readonly outputPadding?: number;
}

/** Description of a convTranspose1d box. */
export interface ConvTranspose1d extends BoxDescription, ConvTranspose1dOptions {
  readonly kind: 'convTranspose1d';
  /** Channels of the output. */
  readonly channels: number;
  /** Steps in a window. */
  readonly kernel: number;
}

/**
 * Transposed convolution over sequences: each step adds a window to the output, output[s·t + d·k − p] += input[t] · weight[k],
 * and bias to every step.
 *
 * Shapes   input [batch, length, in], weight [in, kernel · channels / groups], its columns in the order of (k, channel), bias
 *          [channels], output [batch, steps, channels], with
 *          steps = (length − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + outputPadding
 * bprop    as convTranspose2d's
 *
 * @param channels of the output, a whole number from 1
 * @param kernel steps in a window, a whole number from 1
 * @throws {OptionError} when a size or an option is invalid, or groups does not divide the channels; {ShapeError} when the graph is built and an
 *   example is not a sequence [length, channels], or the padding leaves nothing.
 * @see Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285, 2016, chapter 4.
 * @example
 * sequential([convTranspose1d(4, 4, { stride: 2, padding: 1 })], { inputShape: [50, 8] }); // [batch, 100, 4]
 */
export function convTranspose1d(
  channels: number,
  kernel: number,
  options: ConvTranspose1dOptions = {},
): ConvTranspose1d {
  expectWhole(channels, 'convTranspose1d channels');
  expectWhole(kernel, 'convTranspose1d kernel');
  return { kind: 'convTranspose1d', channels, kernel, ...options };
}

/** How a convTranspose1d box computes: over pictures of height 1. */
export const convTranspose1dBox: BoxDefinition<ConvTranspose1d> = {
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
    expectSequence(input, `${where} input`, 'channels');
    expectConvolution(description, input, where);
    return plan(description, input, where).picture.slice(1);
  },
  parameters: (description, [input]) => transposedParameters(description, plan(description, input as Shape)),
  fprop: (cells) => spread(cells, plan(cells.description, exampleOf(cells))),
  bprop: (cells) => spreadGradients(cells, plan(cells.description, exampleOf(cells))),
};

function exampleOf({ inputs: [input] }: BoxCells): Shape {
  return (input as Tensor).shape.slice(1);
}

function plan(
  { kernel, stride = 1, padding = 0, dilation = 1, outputPadding = 0, channels, groups = 1 }: ConvTranspose1d,
  [length = 0, from = 0]: Shape,
  where = 'convTranspose1d',
): TransposedPlan {
  for (const [name, value] of Object.entries({ kernel, stride, dilation }))
    expectWhole(value, `${where} ${name}`);
  expectWhole(outputPadding, `${where} outputPadding`, 0);
  if (padding !== 'same' && !(Number.isSafeInteger(padding) && padding >= 0)) {
    throw new OptionError(
      `${where} padding: expected a whole number from 0, or 'same', got ${padding}; give one of these`,
    );
  }
  return transposedPlan(
    {
      channels,
      groups,
      stride: [1, stride],
      dilation: [1, dilation],
      padding: padding === 'same' ? 'same' : [0, padding],
      outputPadding: [0, outputPadding],
    },
    [1, kernel],
    [1, length, from],
    where,
  );
}
