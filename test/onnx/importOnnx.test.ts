import type { Examples } from '@fluxion/data';
import type { BoxDescription, FlowGraph, InputDescription } from '@fluxion/graph';
import {
  apply,
  batchNorm,
  boxes,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  graph,
  linear,
  relu,
  sequential,
  softmax,
} from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { exportOnnx, importOnnx } from '@fluxion/onnx';
import { sgd } from '@fluxion/optim';
import { train } from '@fluxion/pipeline';
import { elements, labels, random, tensor } from '@fluxion/tensor';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { boxCases } from '../conformance/boxCases.js';
import { randomExamples } from '../conformance/surround.js';

function perturb(model: FlowGraph): void {
  for (const cell of [...model.parameters, ...model.states]) {
    const numbers = random(7, cell.name);
    model.assign(
      cell,
      elements(model.valueOf(cell)).map((value, i) => value + 0.2 * numbers.uniform(i)),
    );
  }
}

function expectSame(model: FlowGraph, again: FlowGraph, inputs: Parameters<FlowGraph['fprop']>[0]): void {
  const [one, other] = [model.fprop(inputs), again.fprop(inputs)];
  for (const name of model.outputs) {
    expect(other.value(name).shape).toEqual(one.value(name).shape);
    const expected = [...elements(one.value(name))];
    const found = [...elements(other.value(name))];
    expected.forEach((value, i) => {
      if (Number.isFinite(value)) expect(found[i]).toBeCloseTo(value, 4);
    });
  }
}

describe('what leaves as ONNX comes back and predicts the same', () => {
  it.each(Object.keys(boxes))('%s', async (kind) => {
    const { box, uses, indices = [] } = boxCases[kind];
    for (const shapes of uses) {
      const inputs: Record<string, InputDescription> = {};
      for (const [i, shape] of shapes.entries()) {
        inputs[`child${i + 1}`] = indices[i] === undefined ? shape : { shape, indices: indices[i] };
      }
      const model = graph({ inputs, boxes: { box: apply(box, ...Object.keys(inputs)) }, outputs: ['box'] });
      perturb(model);
      const again = await importOnnx(exportOnnx(model).bytes);
      expect(again.inputs).toEqual(model.inputs);
      expectSame(model, again, randomExamples(model, 3).inputs);
    }
  });
});

it('learns on', async () => {
  const model = sequential([linear(8), relu(), linear(3)], { inputShape: [2], seed: 1 });
  const again = await importOnnx(exportOnnx(model).bytes);
  expect(again.parameters.map(({ name }) => name)).toHaveLength(4);
  const examples: Examples = {
    size: 3,
    inputs: { input: tensor([0, 1, 1, 0, -1, -1], [3, 2]) },
    targets: { target: labels([0, 1, 2]) },
    position: { epoch: 0, row: 3 },
  };
  const losses: number[] = [];
  await from(Array.from({ length: 50 }, () => examples))
    .pipe(train(again, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.5 }) }))
    .forEach(({ loss }) => losses.push(loss));
  expect(losses.at(-1)).toBeLessThan(0.1 * losses[0]);
});

const without = { bias: false };
it.each<[string, BoxDescription[], number[]]>([
  ['linear', [linear(4, without), relu(), linear(3)], [2]],
  ['conv1d', [conv1d(3, 2, without), relu(), conv1d(2, 2)], [5, 2]],
  ['conv2d', [conv2d(3, 3, without), batchNorm(), relu(), conv2d(2, 3)], [6, 6, 2]],
  ['convTranspose1d', [convTranspose1d(2, 3, { ...without, stride: 2 })], [4, 2]],
  ['convTranspose2d', [convTranspose2d(2, 3, without), relu(), convTranspose2d(2, 2)], [3, 3, 2]],
])('%s has a bias where the file has one, and none elsewhere', async (_, chain, inputShape) => {
  const model = sequential(chain, { inputShape, seed: 1 });
  perturb(model);
  const again = await importOnnx(exportOnnx(model).bytes);
  const sizes = (of: FlowGraph) => of.parameters.map(({ value }) => value.size);
  expect(sizes(again)).toEqual(sizes(model));
  expectSame(model, again, randomExamples(model, 2).inputs);
});

it('keeps a softmax and the name of its output', async () => {
  const model = sequential([linear(4), softmax({ name: 'probabilities' })], { inputShape: [2], seed: 1 });
  const again = await importOnnx(exportOnnx(model).bytes);
  expect(again.outputs).toEqual(['probabilities']);
  expect(again.boxes.map(({ description }) => description.kind)).toEqual(['linear', 'softmax']);
});
