import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { elements, OptionError, ShapeError, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { tanh } from './activations/activations.js';
import { apply } from './apply.js';
import { add } from './arithmetic/add.js';
import { multiply } from './arithmetic/multiply.js';
import { boxes } from './boxes.js';
import { graph } from './graph.js';
import { linear } from './linear/linear.js';
import { concat } from './shape/concat.js';
import { softmax } from './softmax.js';

describe('apply', () => {
  it('puts a box on its children, as plain data', () => {
    expect(apply(linear(3, { frozen: true }), 'image')).toEqual({
      kind: 'linear',
      units: 3,
      frozen: true,
      children: ['image'],
    });
    expect(apply(concat(), 'a', 'b', 'a').children).toEqual(['a', 'b', 'a']);
  });
});

describe('graph', () => {
  it('wires several inputs, a shared box, a skip connection and several outputs', () => {
    const model = graph(
      {
        inputs: { left: [2], right: [2] },
        boxes: {
          sum: apply(add(), 'left', 'right'),
          product: apply(multiply(), 'sum', 'right'),
          skip: apply(add(), 'product', 'left'),
          both: apply(concat(), 'skip', 'sum'),
        },
        outputs: ['both', 'sum'],
      },
      { dtype: 'float64' },
    );
    const tape = model.fprop({ left: tensor([1, 2], [1, 2]), right: tensor([3, -4], [1, 2]) });
    // sum [4, −2], product [12, 8], skip [13, 10]
    expect([...elements(tape.output)]).toEqual([13, 10, 4, -2]);
    expect([...elements(tape.value('sum'))]).toEqual([4, -2]);
    expect(model.box('both').shape).toEqual([4]);
  });

  it('is the model of its docstring', () => {
    const model = graph({
      inputs: { image: [784], age: [1] },
      boxes: {
        hidden: apply(linear(50), 'image'),
        active: apply(tanh(), 'hidden'),
        joined: apply(concat(), 'active', 'age'),
        logits: apply(linear(3), 'joined'),
      },
      outputs: ['logits'],
    });
    expect(model.box('joined').shape).toEqual([51]);
    expect(model.parameters.map(({ name, value }) => [name, value.shape])).toEqual([
      ['hidden.weight', [784, 50]],
      ['hidden.bias', [50]],
      ['logits.weight', [51, 3]],
      ['logits.bias', [3]],
    ]);
  });

  it('takes kinds of your own besides those of the registry', () => {
    const double: BoxDefinition<BoxDescription> = {
      children: 1,
      outputShape: (_, [input]) => input ?? [],
      fprop: ({ kernels, inputs: [input], output }) => [
        kernels.copy(input as Tensor, { tensor: output, beta: 0 }, 2),
      ],
      bprop: ({ kernels, dOutput, dInputs: [dInput] }) => [dInput && kernels.copy(dOutput, dInput, 2)],
    };
    const model = graph(
      {
        inputs: { input: [2] },
        boxes: { twice: { kind: 'double', children: ['input'] }, out: apply(add(), 'twice', 'input') },
        outputs: ['out'],
      },
      { dtype: 'float64', definitions: { double } },
    );
    expect([...elements(model.fprop({ input: tensor([1, -5], [1, 2]) }).output)]).toEqual([3, -15]);
    expect(Object.keys(model.definitions)).toEqual([...Object.keys(boxes), 'double']);
  });

  it('takes its options: seed, dtype, kernels', () => {
    const description = {
      inputs: { input: [2] },
      boxes: { out: apply(linear(2), 'input') },
      outputs: ['out'],
    };
    const model = graph(description, { seed: 7, dtype: 'float64', kernels: 'reference' });
    expect([model.seed, model.dtype, model.kernels.name]).toEqual([7, 'float64', 'reference']);
    expect(graph(description).dtype).toBe('float32');
  });

  it('refuses a kind that there is not', () => {
    const description = {
      inputs: { input: [2] },
      boxes: { out: { kind: 'liner', children: ['input'] } },
      outputs: ['out'],
    };
    expect(() => graph(description)).toThrow(
      new OptionError(
        `box 'out' kind: expected one of ${Object.keys(boxes).join(', ')}, got 'liner'; add it to definitions`,
      ),
    );
  });

  it.each([
    ['multiply', apply(multiply(), 'input'), '2, got 1'],
    ['multiply', apply(multiply(), 'input', 'input', 'input'), '2, got 3'],
    ['add', apply(add()), 'one or more, got 0'],
    ['concat', apply(concat()), 'one or more, got 0'],
    ['linear', apply(linear(2), 'input', 'input'), '1, got 2'],
    ['softmax', apply(softmax()), '1, got 0'],
  ])('refuses %s on a wrong number of children: expected %3$s', (kind, box, counts) => {
    const description = {
      inputs: { input: [2] },
      boxes: { out: box, joined: apply(concat(), 'out', 'input') },
      outputs: ['joined'],
    };
    expect(() => graph(description)).toThrow(
      new OptionError(`${kind} 'out' children: expected ${counts}; name its children`),
    );
  });

  it('names the box whose children do not fit', () => {
    const description = {
      inputs: { a: [2], b: [3] },
      boxes: { sum: apply(add(), 'a', 'b') },
      outputs: ['sum'],
    };
    expect(() => graph(description)).toThrow(
      new ShapeError("add 'sum' child 2: expected shape [2], got [3]; give its children one shape"),
    );
  });
});
