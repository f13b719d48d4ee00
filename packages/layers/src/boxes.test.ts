import { describe, expect, it } from 'vitest';
import * as layers from './index.js';

/** Every box factory that the package exports. */
const factories = {
  linear: () => layers.linear(2),
  sigmoid: layers.sigmoid,
  tanh: layers.tanh,
  relu: layers.relu,
  leakyRelu: layers.leakyRelu,
  elu: layers.elu,
  selu: layers.selu,
  gelu: layers.gelu,
  geluTanh: layers.geluTanh,
  silu: layers.silu,
  mish: layers.mish,
  softplus: layers.softplus,
  softsign: layers.softsign,
  hardSigmoid: layers.hardSigmoid,
  hardSwish: layers.hardSwish,
  exp: layers.exp,
  expm1: layers.expm1,
  log: layers.log,
  log1p: layers.log1p,
  abs: layers.abs,
  sqrt: layers.sqrt,
  clip: layers.clip,
  prelu: layers.prelu,
  softmax: layers.softmax,
  add: layers.add,
  concat: layers.concat,
  multiply: layers.multiply,
  flatten: layers.flatten,
  subtract: layers.subtract,
  divide: layers.divide,
  scale: () => layers.scale(2),
  dot: layers.dot,
  matmul: layers.matmul,
  sumAxis: () => layers.sumAxis(0),
  meanAxis: () => layers.meanAxis(0),
  maxAxis: () => layers.maxAxis(0),
  maxout: () => layers.maxout(3),
  reshapeTo: () => layers.reshapeTo([3, 1]),
  permute: () => layers.permute([0]),
  pad: () => layers.pad([[1, 0]]),
  slice: () => layers.slice({ end: 2 }),
  embedding: () => layers.embedding(2),
  embeddingBag: () => layers.embeddingBag(2),
  dropout: () => layers.dropout(0.5),
  gaussianNoise: () => layers.gaussianNoise(0.5),
  randomBrightness: () => layers.randomBrightness(0.5),
  randomCrop: () => layers.randomCrop(2),
  randomFlip: () => layers.randomFlip({ direction: 'both' }),
  randomRotation: () => layers.randomRotation(30),
  layerNorm: layers.layerNorm,
  rmsNorm: layers.rmsNorm,
  batchNorm: layers.batchNorm,
  groupNorm: () => layers.groupNorm(3),
  conv1d: () => layers.conv1d(2, 3),
  conv2d: () => layers.conv2d(2, 3),
  convTranspose1d: () => layers.convTranspose1d(2, 3),
  convTranspose2d: () => layers.convTranspose2d(2, 3),
  maxPool1d: () => layers.maxPool1d(2),
  maxPool2d: () => layers.maxPool2d(2),
  averagePool1d: () => layers.averagePool1d(3),
  averagePool2d: () => layers.averagePool2d([2, 1]),
  globalMaxPool: layers.globalMaxPool,
  globalAveragePool: layers.globalAveragePool,
  upsample2d: () => layers.upsample2d(2),
  simpleRnn: () => layers.simpleRnn(2),
  lstm: () => layers.lstm(2),
  gru: () => layers.gru(2),
  sinusoidalPositions: layers.sinusoidalPositions,
  learnedPositions: layers.learnedPositions,
  multiHeadAttention: () => layers.multiHeadAttention(2),
};

describe('boxes', () => {
  it('holds the kind that each factory describes, and no other', () => {
    expect(Object.keys(layers.boxes).toSorted()).toEqual(Object.keys(factories).toSorted());
    for (const [name, factory] of Object.entries(factories)) expect(factory().kind).toBe(name);
  });

  it.each(Object.entries(factories))('%s is plain data that JSON keeps', (_, factory) => {
    const description = factory();
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it.each(Object.entries(factories))('%s refuses an option that it does not have', (kind, factory) => {
    const mistyped = { ...factory(), frozn: true };
    expect(() => layers.sequential([mistyped], { inputShape: [3] })).toThrow(
      new RegExp(`^${kind} '${kind}1': expected kind, name, frozen, .*, got 'frozn'; did you mean 'frozen'`),
    );
  });
});
