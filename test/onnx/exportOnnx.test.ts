import type { FlowGraph, InputDescription } from '@fluxion/graph';
import {
  apply,
  averagePool2d,
  type boxes as Boxes,
  batchNorm,
  boxes,
  conv1d,
  conv2d,
  convTranspose2d,
  embedding,
  embeddingBag,
  graph,
  gru,
  linear,
  lstm,
  maxAxis,
  maxPool2d,
  meanAxis,
  multiHeadAttention,
  relu,
  sequential,
  simpleRnn,
  softmax,
  sumAxis,
  transformerBlock,
} from '@fluxion/layers';
import { exportOnnx } from '@fluxion/onnx';
import { elements, labels, OptionError, random, type Shape, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { boxCases } from '../conformance/boxCases.js';
import { randomExamples } from '../conformance/surround.js';
import { runOnnx } from './runOnnx.js';

/** Kinds of boxes that ONNX cannot say, and why. */
const without: Readonly<Record<string, string>> = {};

/** Gives parameters and states values of their own, for those that begin at 0 or 1 hide what becomes of them. */
function perturb(model: FlowGraph): void {
  for (const cell of [...model.parameters, ...model.states]) {
    const numbers = random(7, cell.name);
    const own = elements(model.valueOf(cell)).map((value, i) => value + 0.2 * numbers.uniform(i));
    model.assign(cell, own);
  }
}

async function expectSame(model: FlowGraph, inputs: Parameters<typeof runOnnx>[1]): Promise<void> {
  const { bytes, outputs } = exportOnnx(model);
  const found = await runOnnx(bytes, inputs);
  expect(Object.keys(found)).toEqual([...model.outputs]);
  const tape = model.fprop(inputs as Parameters<typeof model.fprop>[0]);
  for (const { name, shape } of outputs) {
    const expected = [...elements(tape.value(name))];
    const values = found[name]?.data as readonly number[];
    expect(found[name]?.dims.slice(1)).toEqual(shape);
    expect(values.length).toBe(expected.length);
    expected.forEach((value, i) => {
      const apart = Math.abs(values[i] - value) / Math.max(1, Math.abs(value));
      expect(Object.is(values[i], value) ? 0 : apart).toBeLessThan(1e-5);
    });
  }
  tape.release();
}

describe('every box of the registry predicts the same in ONNX Runtime', () => {
  it.each(Object.keys(boxes).filter((kind) => !(kind in without)))('%s', async (kind) => {
    const { box, uses, indices = [] } = boxCases[kind];
    for (const shapes of uses) {
      const inputs: Record<string, InputDescription> = {};
      for (const [i, shape] of shapes.entries()) {
        inputs[`child${i + 1}`] = indices[i] === undefined ? shape : { shape, indices: indices[i] };
      }
      const model = graph({ inputs, boxes: { box: apply(box, ...Object.keys(inputs)) }, outputs: ['box'] });
      perturb(model);
      await expectSame(model, randomExamples(model, 3).inputs);
    }
  });

  it('convolutions without a bias', async () => {
    const chain = [conv2d(3, 3, { bias: false }), relu(), convTranspose2d(2, 3, { bias: false, stride: 2 })];
    const model = sequential(chain, { inputShape: [6, 5, 2], seed: 1 });
    await expectSame(model, randomExamples(model, 3).inputs);
  });

  it.each(Object.entries(without))('refuses %s', (kind) => {
    expect(boxes[kind]).toBeDefined();
  });
});

describe('options of boxes', () => {
  const picture: Shape = [7, 6, 4];
  it.each([
    ['linear without a bias', [linear(3, { bias: false })], [4]],
    ['conv2d with same padding', [conv2d(4, 3, { padding: 'same', stride: 2 })], picture],
    ['conv2d, dilated', [conv2d(4, [2, 3], { dilation: 2, padding: [1, 0] })], picture],
    ['conv2d, depthwise', [conv2d(4, 3, { groups: 4 })], picture],
    ['conv1d with same padding', [conv1d(3, 4, { padding: 'same' })], [6, 2]],
    ['conv1d in groups with a stride', [conv1d(4, 2, { stride: 2, groups: 2, padding: 1 })], [6, 2]],
    ['maxPool2d over the edge', [maxPool2d(3, { padding: 'same', stride: 2 })], picture],
    ['averagePool2d over the edge', [averagePool2d(3, { padding: 1, stride: 2 })], picture],
    ['lstm backwards, all steps', [lstm(3, { reverse: true, sequence: true })], [5, 2]],
    ['gru, all steps', [gru(3, { sequence: true })], [5, 2]],
    ['simpleRnn backwards', [simpleRnn(3, { reverse: true })], [5, 2]],
    ['multiHeadAttention, causal', [multiHeadAttention(2, { causal: true })], [5, 4]],
    ['multiHeadAttention, rotary', [multiHeadAttention(2, { positions: 'rotary' })], [5, 8]],
    ['a transformer block', [transformerBlock({ heads: 2, features: 4 })], [5, 4]],
    ['lstm that goes on', [lstm(3, { stateful: true })], [5, 2]],
    ['gru that goes on', [gru(3, { stateful: true, sequence: true })], [5, 2]],
    ['simpleRnn that goes on', [simpleRnn(3, { stateful: true })], [5, 2]],
    ['batchNorm with an epsilon', [batchNorm({ epsilon: 0.1 })], [5, 4]],
  ] as const)('%s', async (_, chain, inputShape) => {
    const model = sequential(chain, { inputShape, seed: 3 });
    perturb(model);
    await expectSame(model, randomExamples(model, 2).inputs);
  });
});

describe('sequences with a mask', () => {
  const words = labels([1, 2, 3, 0, 4, 2, -1, -1, 3, -1, -1, -1], [3, 4]);
  it.each([
    ['lstm', [lstm(3)]],
    ['lstm backwards', [lstm(3, { reverse: true })]],
    ['lstm, all steps, then the mean', [lstm(3, { sequence: true }), meanAxis(0)]],
    ['gru, all steps, then the largest', [gru(3, { sequence: true }), maxAxis(0)]],
    ['simpleRnn, all steps', [simpleRnn(3, { sequence: true }), linear(2)]],
    ['attention, then the sum', [multiHeadAttention(2), sumAxis(0)]],
    ['attention', [multiHeadAttention(2), linear(2)]],
  ] as const)('%s', async (_, chain) => {
    const inputShape = { shape: [4], indices: 5, masked: true };
    const model = sequential([embedding(4), ...chain], { inputShape, seed: 3 });
    perturb(model);
    await expectSame(model, { input: words });
  });

  it('of numbers take their mask as an input', async () => {
    const model = sequential([lstm(3)], { inputShape: { shape: [4, 2], masked: true }, seed: 3 });
    perturb(model);
    const { inputs } = randomExamples(model, 2);
    await expectSame(model, { ...inputs, 'input.mask': tensor([1, 1, 1, 0, 1, 0, 0, 0], [2, 4]) });
    expect(exportOnnx(model).before).toEqual(["the padding of 'input' stands at the end"]);
  });
});

it('keeps the names of inputs, outputs and parameters, of several too', async () => {
  const model = graph({
    inputs: { words: { shape: [3], indices: 5 }, weights: [3], 'the age': [2] },
    boxes: {
      bag: apply(embeddingBag(4), 'words', 'weights'),
      older: apply(linear(4), 'the age'),
      active: apply(relu(), 'older'),
      joined: apply({ kind: 'add' }, 'bag', 'active'),
      'what/it is': apply(softmax(), 'joined'),
    },
    outputs: ['what/it is', 'active'],
  });
  const { inputs, outputs } = exportOnnx(model);
  expect(inputs).toEqual([
    { name: 'words', type: 'int64', shape: [3], meaning: 'indices from 0 to 4, −1 for none' },
    { name: 'weights', type: 'float32', shape: [3] },
    { name: 'the age', type: 'float32', shape: [2] },
  ]);
  expect(outputs.map(({ name }) => name)).toEqual(['what/it is', 'active']);
  await expectSame(model, randomExamples(model, 3).inputs);
});

it('names all boxes that ONNX cannot say', () => {
  const mine: (typeof Boxes)[string] = { ...boxes.relu };
  const model = sequential([{ kind: 'mine' }, linear(2), { kind: 'mine', name: 'last' }], {
    inputShape: [2],
    definitions: { mine },
  });
  expect(() => exportOnnx(model)).toThrow(OptionError);
  expect(() => exportOnnx(model)).toThrow(/got mine 'mine1', mine 'last'; replace these/);
});
