import { activations } from './boxes/activations.js';
import { multiHeadAttention } from './boxes/attention.js';
import { embedding, embeddingBag, linear } from './boxes/dense.js';
import {
  add,
  concat,
  dot,
  flatten,
  identity,
  operator,
  pad,
  permute,
  prelu,
  reshapeTo,
  scale,
  slice,
  softmax,
} from './boxes/elementwise.js';
import { batchNorm, groupNorm, layerNorm, rmsNorm } from './boxes/normalization.js';
import { learnedPositions, sinusoidalPositions } from './boxes/positions.js';
import { gru, lstm, simpleRnn } from './boxes/recurrent.js';
import { maxAxis, maxout, meanAxis, sumAxis } from './boxes/reduction.js';
import {
  averagePool2d,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  globalAveragePool,
  maxPool2d,
  upsample2d,
} from './boxes/windows.js';
import type { BoxOperators } from './boxWriter.js';

/** How each kind of box of `@fluxion/layers` is written. */
export const boxOperators: Readonly<Record<string, BoxOperators>> = {
  linear,
  embedding,
  embeddingBag,
  ...activations,
  softmax,
  add,
  subtract: operator('Sub'),
  multiply: operator('Mul'),
  matmul: operator('MatMul'),
  divide: operator('Div'),
  scale,
  dot,
  sumAxis,
  meanAxis,
  maxAxis,
  concat,
  flatten,
  reshapeTo,
  permute,
  slice,
  pad,
  prelu,
  maxout,
  groupNorm,
  convTranspose1d,
  convTranspose2d,
  upsample2d,
  dropout: identity,
  gaussianNoise: identity,
  randomBrightness: identity,
  randomCrop: identity,
  randomFlip: identity,
  randomRotation: identity,
  layerNorm,
  rmsNorm,
  batchNorm,
  conv1d,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool,
  simpleRnn,
  lstm,
  gru,
  multiHeadAttention,
  learnedPositions,
  sinusoidalPositions,
};
