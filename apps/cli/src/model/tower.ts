import { type BoxDescription, type InputOptions, inputOptions } from '@fluxion/graph';
import {
  conv1d,
  conv2d,
  embedding,
  flatten,
  globalAveragePool,
  gru,
  learnedPositions,
  linear,
  maxAxis,
  maxPool2d,
  meanAxis,
  relu,
  reshapeTo,
  transformerBlock,
} from '@fluxion/layers';
import { type Shape, sizeOf } from '@fluxion/tensor';

/** A kind of network by its name on the command line, or a chain of boxes of a file. */
export type Network = 'conv' | 'rnn' | 'transformer' | readonly BoxDescription[];

/** Numbers in the vector of a word or a step. */
const FEATURES = 32;
const initializer = 'heUniform';

/**
 * The boxes that make one vector of a picture, a text or a sequence; undefined where an input is none of these.
 *
 * - `conv`: of a picture, convolutions and pools until it is small; of a text or a sequence, windows of five steps and the
 *   largest of each channel
 * - `rnn`: a GRU over the words, the steps, or the rows of a picture
 * - `transformer`: attention over the same, after learned positions, and the mean
 */
export function tower(
  network: Exclude<Network, readonly BoxDescription[]>,
  input: InputOptions,
): BoxDescription[] | undefined {
  const { shape, indices } = inputOptions(input);
  if (indices !== undefined) {
    return shape.length === 1 && (shape[0] as number) > 1
      ? [embedding(FEATURES), ...reading(network, FEATURES)]
      : undefined;
  }
  const picture = pictureOf(shape);
  if (network === 'conv' && picture !== undefined)
    return [...reshaped(shape, picture), ...convolutions(picture)];
  const steps = stepsOf(shape, picture);
  if (steps === undefined) return undefined;
  const vectors = network === 'transformer' ? [linear(FEATURES)] : [];
  return [...reshaped(shape, steps), ...vectors, ...reading(network, FEATURES)];
}

/** What makes one vector of a sequence of vectors. */
function reading(network: Network, features: number): BoxDescription[] {
  if (network === 'conv') return [conv1d(64, 5, { padding: 'same', initializer }), relu(), maxAxis(0)];
  if (network === 'rnn') return [gru(64)];
  return [learnedPositions(), transformerBlock({ heads: 4, features }), meanAxis(0)];
}

/** Convolutions of 16, 32 and 64 channels, as long as a side has 8 pixels or more. */
function convolutions([height = 1, width = 1]: Shape): BoxDescription[] {
  const boxes: BoxDescription[] = [];
  let side = Math.min(height, width);
  for (let channels = 16; channels === 16 || side >= 8; channels = Math.min(64, 2 * channels)) {
    boxes.push(conv2d(channels, 3, { padding: 'same', initializer }), relu());
    if (side >= 2) boxes.push(maxPool2d(2));
    side = Math.floor(side / 2);
  }
  return [...boxes, side > 8 ? globalAveragePool() : flatten()];
}

/** A list as a picture: it has such a shape, or as many numbers as a square one of one or three channels. */
function pictureOf(shape: Shape): Shape | undefined {
  if (shape.length === 3) return shape;
  if (shape.length === 2) return [...shape, 1];
  const [size = 0] = shape;
  if (size < 64) return undefined;
  for (const channels of [1, 3]) {
    const side = Math.sqrt(size / channels);
    if (Number.isInteger(side)) return [side, side, channels];
  }
  return undefined;
}

/** A list as a sequence of vectors: its steps, the rows of a picture, or its numbers one by one. */
function stepsOf(shape: Shape, picture: Shape | undefined): Shape | undefined {
  if (shape.length === 2) return shape;
  if (picture !== undefined) return [picture[0] as number, sizeOf(picture.slice(1))];
  const [length = 0] = shape;
  return shape.length === 1 && length > 1 ? [length, 1] : undefined;
}

function reshaped(from: Shape, to: Shape): BoxDescription[] {
  return from.join() === to.join() ? [] : [reshapeTo(to)];
}
