import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import { expectSequence } from '../expectSequence.js';
import { expectWhole } from '../expectWhole.js';
import {
  type ConvolutionOptions,
  type ConvolutionPlan,
  convolutionParameters,
  convolve,
  convolveGradients,
  expectConvolution,
} from './convolution.js';
import { geometryOf } from './geometry.js';

/** Options of a conv1d box. */
export interface Conv1dOptions extends ConvolutionOptions {
  /** Steps from one window to the next. Default 1. */
  readonly stride?: number;
  /**
   * Zeros at each end of the sequence; `same`, which makes the output as long as the input divided by the stride; or `causal`, all of
   * them before, so that no step sees a later one. Default 0.
   */
  readonly padding?: number | 'same' | 'causal';
  /** Distance between the steps of a window. Default 1. */
  readonly dilation?: number;
}

/** Description of a conv1d box. */
export interface Conv1d extends BoxDescription, Conv1dOptions {
  readonly kind: 'conv1d';
  /** Channels of the output. */
  readonly channels: number;
  /** Steps in a window. */
  readonly kernel: number;
}

/**
 * Convolution over sequences: output[t] = Σ_k input[s·t + d·k − p] · weight[k] + bias, with zeros beyond the ends.
 *
 * Shapes   input [batch, length, in], weight [kernel · in / groups, channels], its rows in the order of (k, in), bias
 *          [channels], output [batch, steps, channels]
 * bprop    as conv2d's
 *
 * @param channels of the output, a whole number from 1
 * @param kernel steps in a window, a whole number from 1
 * @throws {OptionError} when a size or an option is invalid, or groups does not divide the channels; {ShapeError} when the graph is built and an
 *   example is not a sequence [length, channels], or no window fits.
 * @see van den Oord et al., "WaveNet", arXiv 1609.03499, 2016, section 2.1: causal and dilated.
 * @example
 * sequential([conv1d(16, 3, { padding: 'causal', dilation: 2 }), relu(), maxAxis(0), linear(2)], { inputShape: [100, 4] });
 */
export function conv1d(channels: number, kernel: number, options: Conv1dOptions = {}): Conv1d {
  expectWhole(channels, 'conv1d channels');
  expectWhole(kernel, 'conv1d kernel');
  return { kind: 'conv1d', channels, kernel, ...options };
}

/** How a conv1d box computes: as a convolution over pictures of height 1. */
export const conv1dBox: BoxDefinition<Conv1d> = {
  children: 1,
  options: ['channels', 'kernel', 'stride', 'padding', 'dilation', 'groups', 'bias', 'initializer'],
  outputShape(description, [input = []], where) {
    expectSequence(input, `${where} input`, 'channels');
    expectConvolution(description, input, where);
    return [plan(description, input, where).output[1], description.channels];
  },
  parameters: (description, [input]) => convolutionParameters(description, plan(description, input as Shape)),
  fprop: (cells) => convolve(cells, plan(cells.description, (cells.inputs[0] as Tensor).shape.slice(1))),
  bprop: (cells) =>
    convolveGradients(cells, plan(cells.description, (cells.inputs[0] as Tensor).shape.slice(1))),
};

function plan(description: Conv1d, [length = 0, from = 0]: Shape, where = 'conv1d'): ConvolutionPlan {
  const { kernel, stride = 1, padding = 0, dilation = 1, channels, groups = 1 } = description;
  for (const [name, value] of Object.entries({ kernel, stride, dilation })) {
    expectWhole(value, `${where} ${name}`);
  }
  if (padding !== 'same' && padding !== 'causal' && !(Number.isSafeInteger(padding) && padding >= 0)) {
    throw new OptionError(
      `${where} padding: expected a whole number from 0, 'same' or 'causal', got ${padding}; give one of these`,
    );
  }
  const input = [1, length, from];
  const across = { stride: [1, stride], dilation: [1, dilation] } as const;
  if (padding === 'same') {
    const options = { ...across, padding } as const;
    return { input, channels, groups, ...geometryOf(input, [1, kernel], options, where) };
  }
  // Zeros before only: the windows are those of a sequence that is longer by them.
  const before = padding === 'causal' ? dilation * (kernel - 1) : padding;
  const padded = padding === 'causal' ? [1, length + before, from] : input;
  const options = { ...across, padding: [0, padding === 'causal' ? 0 : before] } as const;
  const { windows, output } = geometryOf(padded, [1, kernel], options, where);
  return { input, channels, groups, output, windows: { ...windows, padding: [0, before] } };
}
