import { elements, labels, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { relu, sigmoid, tanh } from './activations/activations.js';
import { linear } from './linear/linear.js';
import { sequential } from './sequential.js';
import { flatten } from './shape/flatten.js';
import { softmax } from './softmax.js';

describe('sequential', () => {
  it('puts each box on the one before, the first on the input', () => {
    const model = sequential([linear(3), tanh(), linear(2), softmax()], { inputShape: [4] });
    expect(model.description).toEqual({
      inputs: { input: [4] },
      boxes: {
        linear1: { kind: 'linear', units: 3, children: ['input'] },
        tanh1: { kind: 'tanh', children: ['linear1'] },
        linear2: { kind: 'linear', units: 2, children: ['tanh1'] },
        softmax1: { kind: 'softmax', children: ['linear2'] },
      },
      outputs: ['softmax1'],
    });
  });

  it('computes them one after the other', () => {
    const model = sequential([linear(2), relu(), linear(1)], { inputShape: [2], dtype: 'float64' });
    const [weight1, bias1, weight2, bias2] = model.parameters;
    if (!weight1 || !bias1 || !weight2 || !bias2) throw new Error('expected four parameters');
    model.assign(weight1, [1, 2, 3, -4]);
    model.assign(bias1, [0.5, 1]);
    model.assign(weight2, [2, 10]);
    model.assign(bias2, [-1]);
    // [1, 1] → [1 + 3 + ½, 2 − 4 + 1] → [4½, 0] → 2 · 4½ − 1
    expect([...elements(model.fprop({ input: tensor([1, 1], [1, 2]) }).output)]).toEqual([8]);
  });

  it('infers the shape of every box', () => {
    const model = sequential([flatten(), linear(10), sigmoid()], { inputShape: [28, 28] });
    expect(model.boxes.map(({ name, shape }) => [name, shape])).toEqual([
      ['flatten1', [784]],
      ['linear1', [10]],
      ['sigmoid1', [10]],
    ]);
  });

  it('counts boxes by kind, and those of a given name too', () => {
    const model = sequential([linear(4), linear(3, { name: 'code' }), tanh(), linear(2)], {
      inputShape: [5],
    });
    expect(model.boxes.map(({ name }) => name)).toEqual(['linear1', 'code', 'tanh1', 'linear3']);
  });

  it('draws the parameters of a box by seed and name alone', () => {
    const values = (boxes: Parameters<typeof sequential>[0], seed: number): number[] => {
      const { parameters } = sequential(boxes, { inputShape: [3], seed });
      return [...elements((parameters[0] as (typeof parameters)[0]).value)];
    };
    const chain = values([linear(4)], 1);
    expect(values([linear(4), tanh(), linear(2)], 1)).toEqual(chain);
    expect(values([linear(4)], 2)).not.toEqual(chain);
    expect(values([linear(4, { name: 'other' })], 1)).not.toEqual(chain);
  });

  it('takes one description in several places', () => {
    const hidden = linear(3);
    const model = sequential([hidden, tanh(), hidden], { inputShape: [3] });
    expect(model.parameters.map(({ name }) => name)).toEqual([
      'linear1.weight',
      'linear1.bias',
      'linear2.weight',
      'linear2.bias',
    ]);
    expect(model.parameters[2]?.value.data).not.toEqual(model.parameters[0]?.value.data);
  });

  it('does not change when the given shape is changed later', () => {
    const inputShape = [4];
    const model = sequential([linear(2)], { inputShape });
    inputShape[0] = 5;
    expect(model.inputs).toEqual({ input: [4] });
  });

  it('refuses two boxes of one name', () => {
    expect(() => sequential([linear(3, { name: 'h' }), tanh({ name: 'h' })], { inputShape: [2] })).toThrow(
      new OptionError("sequential: expected a name of its own for each box, got 'h' twice; rename one"),
    );
    expect(() => sequential([linear(3, { name: 'linear2' }), linear(2)], { inputShape: [2] })).toThrow(
      new OptionError("sequential: expected a name of its own for each box, got 'linear2' twice; rename one"),
    );
  });

  it.each([
    ['first', [linear(3, { name: 'input' }), linear(2)]],
    ['last', [linear(3), linear(2, { name: 'input' })]],
  ])("refuses a %s box that is named as the chain's input", (_, chain) => {
    expect(() => sequential(chain, { inputShape: [4] })).toThrow(
      new OptionError(
        "graph box 'input': expected a name of its own, an input has it too; rename one of them",
      ),
    );
  });

  it('refuses a chain without boxes', () => {
    expect(() => sequential([], { inputShape: [2] })).toThrow(
      new OptionError('sequential: expected at least one box, got none; give one, as linear(10)'),
    );
  });

  it('refuses a box that does not fit the one before', () => {
    expect(() => sequential([tanh(), linear(2)], { inputShape: [] })).toThrow(
      new ShapeError("linear 'linear1' input: expected shape [fanIn], got []; give it a vector"),
    );
  });

  it('refuses an input of another shape', () => {
    const model = sequential([linear(2)], { inputShape: [784] });
    expect(() => model.fprop({ image: tensor(new Float32Array(784), [1, 28, 28]) })).toThrow(
      new ShapeError("fprop input 'input': expected shape [batch, 784], got [1, 28, 28]; give it that shape"),
    );
  });

  it('refuses what is no chain, and an input without a shape', () => {
    const untyped = sequential as (...given: unknown[]) => unknown;
    expect(() => untyped(linear(2), { inputShape: [3] })).toThrow(
      new OptionError('sequential: expected a list of boxes, got object; give one, as [linear(10)]'),
    );
    for (const options of [{}, undefined]) {
      expect(() => untyped([linear(2)], options)).toThrow(
        new OptionError(
          'sequential inputShape: expected the shape of one example, got undefined; give it, as [784]',
        ),
      );
    }
    expect(() => untyped([linear(2)], { inputShape: 3 })).toThrow('got 3');
  });

  it('takes its input from the encoder, and keeps it', () => {
    const encoder = {
      inputs: { columns: [3] },
      save: () => ({ kind: 'columns', options: {}, tensors: new Map() }),
    };
    const model = sequential([linear(2)], { encoder });
    expect(model.inputs).toEqual({ columns: [3] });
    expect(model.encoder).toBe(encoder);
    expect(() => sequential([linear(2)], { encoder, inputShape: [3] })).toThrow(
      "graph input 'columns': expected shape [3] as the encoder gives it, got no such input",
    );
  });

  it('begins with a sum over what an encoder gives, numbers and indices with weights', () => {
    const encoder = {
      inputs: { input: [2], sparse: { shape: [3], indices: 8 }, 'sparse.weights': [3] },
      save: () => ({ kind: 'columns', options: {}, tensors: new Map() }),
    };
    const model = sequential([linear(1, { name: 'first' }), relu()], { encoder, seed: 1 });
    expect(model.description.boxes).toEqual({
      'first.input': { kind: 'linear', units: 1, children: ['input'] },
      'first.sparse': { kind: 'embeddingBag', width: 1, children: ['sparse', 'sparse.weights'] },
      first: { kind: 'add', children: ['first.input', 'first.sparse'] },
      relu1: { kind: 'relu', children: ['first'] },
    });
    const [weight, bias, rows] = model.parameters.map(({ value }) => elements(value));
    const inputs = {
      input: tensor([1, -2], [1, 2]),
      sparse: labels([5, -1, 0], [1, 3]),
      'sparse.weights': tensor([0.5, 9, -3], [1, 3]),
    };
    const tape = model.fprop(inputs);
    const [w0 = 0, w1 = 0] = weight ?? [];
    const expected = w0 - 2 * w1 + (bias?.[0] ?? 0) + 0.5 * (rows?.[5] ?? 0) - 3 * (rows?.[0] ?? 0);
    expect(elements(tape.value('first'))[0]).toBeCloseTo(expected, 6);
    tape.release();
    expect(() => sequential([relu(), linear(1)], { encoder })).toThrow(
      'sequential: expected a linear box first, to join the inputs input, sparse, sparse.weights, got relu',
    );
  });

  it('refuses an option that is none', () => {
    // @ts-expect-error: no such option
    expect(() => sequential([linear(2)], { inputShape: [3], sed: 1 })).toThrow(
      new OptionError(
        "graph options: expected seed, dtype, kernels, definitions, maxPasses, encoder, got 'sed'; did you mean 'seed'?",
      ),
    );
    // @ts-expect-error: no such option
    expect(() => sequential([linear(2, { initialiser: 'zeros' })], { inputShape: [3] })).toThrow(
      new OptionError(
        "linear 'linear1': expected kind, name, frozen, children, units, bias, initializer, got 'initialiser'; did you mean 'initializer'?",
      ),
    );
  });
});
