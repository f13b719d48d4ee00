import { type BoxDefinition, FlowGraph, type Parameter, type ParameterGradient } from '@fluxion/graph';
import {
  CheckpointError,
  type DType,
  elements,
  OptionError,
  type Saved,
  ShapeError,
  StateError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import type { Optimizer } from './optimizer.js';
import { optimizerState } from './optimizerState.js';
import { adam } from './optimizers.js';
import { sgd } from './sgd.js';

/** A box that has two parameters, all 1, and does nothing with them. */
const owner: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => input ?? [],
  parameters: () => {
    const ones = { initializer: (values: { fill(one: number): unknown }) => void values.fill(1) };
    return {
      weight: { ...ones, shape: [2, 2], regularized: true },
      bias: { ...ones, shape: [2], regularized: false },
    };
  },
  fprop: () => [],
  bprop: () => [],
};

function newModel(dtype: DType = 'float64'): FlowGraph {
  const boxes = { box: { kind: 'owner', children: ['input'] } };
  return new FlowGraph(
    { inputs: { input: [2] }, boxes, outputs: ['box'] },
    { dtype, kernels: 'reference', definitions: { owner } },
  );
}

/** A gradient of 1 everywhere. */
function ones({ parameters }: FlowGraph): ParameterGradient[] {
  return parameters.map((parameter) => ({
    parameter,
    gradient: {
      form: 'dense',
      tensor: tensor(new Float64Array(parameter.value.size).fill(1), parameter.value.shape),
    },
    penalty: { l1: 0, l2: 0 },
  }));
}

function numbers({ tensors }: Saved): [string, number[]][] {
  return [...tensors].map(([name, each]) => [name, [...elements(each)]]);
}

function values({ parameters }: FlowGraph): number[][] {
  return parameters.map(({ value }) => [...elements(value)]);
}

describe('optimizerState', () => {
  it('updates every parameter that has a gradient, and counts', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.25 }), model);
    expect(state.step).toBe(0);
    const gradients = ones(model);
    state.update(gradients);
    state.update(gradients.slice(0, 1));
    expect(values(model)).toEqual([
      [0.5, 0.5, 0.5, 0.5],
      [0.75, 0.75],
    ]);
    expect(state.step).toBe(2);
  });

  it('asks for the learning rate by the number of updates before: α/(1 + δt) from t = 0', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.5, decreaseConstant: 1 }), model);
    const gradients = ones(model);
    const seen = Array.from({ length: 3 }, () => {
      state.update(gradients);
      return values(model)[1]?.[0];
    });
    expect(seen).toEqual([0.5, 0.25, 0.25 - 0.5 / 3]);
  });

  it('tells the kernels the number of this update of the parameter, from 1', () => {
    const calls: [number, number][] = [];
    const watcher: Optimizer = {
      kind: 'watcher',
      options: {},
      learningRate: (t) => t / 10,
      stateShapes: () => ({}),
      bind: () => (learningRate, step) => calls.push([learningRate, step]),
    };
    const model = newModel();
    const gradients = ones(model);
    optimizerState(watcher, model).update(gradients.slice(0, 1));
    for (let i = 0; i < 2; i++) optimizerState(watcher, model).update(gradients);
    expect(calls).toEqual([
      [0, 1],
      [0.1, 2],
      [0.1, 1],
      [0.2, 3],
      [0.2, 2],
    ]);
  });

  it('moves a parameter that joins late by one learning rate of Adam, as it would have at the start', () => {
    const model = newModel();
    const state = optimizerState(adam({ learningRate: 0.01 }), model);
    const [weight, bias] = ones(model) as [ParameterGradient, ParameterGradient];
    for (let i = 0; i < 1000; i++) state.update([weight]);
    for (let i = 1; i <= 3; i++) {
      state.update([bias]);
      expect(values(model)[1]?.[0]).toBeCloseTo(1 - 0.01 * i, 8);
    }
  });

  it('says to the model that its parameters have changed', () => {
    const model = newModel();
    const before = model.version;
    optimizerState(sgd({ learningRate: 1 }), model).update(ones(model));
    expect(model.version).toBe(before + 1);
  });

  it('is the same however often it is asked for, so step and momentum go on', () => {
    const [once, twice] = [newModel(), newModel()];
    const [optimizer, other] = [
      sgd({ learningRate: 0.1, momentum: 0.9 }),
      sgd({ learningRate: 0.1, momentum: 0.9 }),
    ];
    const kept = optimizerState(optimizer, once);
    for (let i = 0; i < 4; i++) kept.update(ones(once));
    for (let i = 0; i < 4; i++) optimizerState(other, twice).update(ones(twice));

    expect(optimizerState(optimizer, once)).toBe(kept);
    expect(optimizerState(other, twice).step).toBe(4);
    expect(values(twice)).toEqual(values(once));
    // 1 − 0.1 · (1 + 1.9 + 2.71 + 3.439)
    expect(values(once)[1]?.[0]).toBeCloseTo(0.0951, 14);
  });

  it('is apart for each model and each optimizer', () => {
    const [a, b] = [newModel(), newModel()];
    const [optimizer, other] = [sgd({ learningRate: 0.1 }), sgd({ learningRate: 0.1 })];
    optimizerState(optimizer, a).update(ones(a));
    expect(optimizerState(optimizer, a).step).toBe(1);
    expect(optimizerState(optimizer, b).step).toBe(0);
    expect(optimizerState(other, a).step).toBe(0);
    expect(values(b)).toEqual([
      [1, 1, 1, 1],
      [1, 1],
    ]);
  });

  it('keeps for each parameter tensors of its shape that begin at 0, by name', () => {
    const model = newModel();
    const state = optimizerState(adam(), model);
    const [weight, bias] = model.parameters;
    if (!weight || !bias) throw new Error('expected two parameters');
    expect(Object.keys(state.of(weight))).toEqual(['moment1', 'moment2']);
    expect(state.of(weight).moment1?.shape).toEqual([2, 2]);
    expect([...elements(state.of(bias).moment2 ?? tensor([]))]).toEqual([0, 0]);

    state.update(ones(model));
    expect(state.of(weight).moment1?.get(1, 1)).toBeCloseTo(0.1, 15);
    expect(state.of(weight).moment2?.get(1, 1)).toBeCloseTo(0.001, 15);
  });

  it('goes on from what another has come to, whatever it had come to itself', () => {
    const [model, resumed] = [newModel(), newModel()];
    const state = optimizerState(adam({ learningRate: 0.1 }), model);
    for (let i = 0; i < 3; i++) state.update(ones(model));

    const next = optimizerState(adam({ learningRate: 0.1 }), resumed);
    next.update(ones(resumed));
    next.restore(state.save());
    model.parameters.forEach((parameter, i) => {
      resumed.assign(resumed.parameters[i] ?? parameter, elements(parameter.value));
    });
    expect(next.step).toBe(3);
    state.update(ones(model));
    next.update(ones(resumed));
    expect(values(resumed)).toEqual(values(model));
  });

  it('saves all that it takes to go on: kind, options, updates, and tensors by parameter and name', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.1, momentum: 0.9 }), model);
    state.update(ones(model).slice(0, 1));
    const saved = state.save();
    state.update(ones(model));
    expect(saved).toMatchObject({ kind: 'sgd', options: { momentum: 0.9, nesterov: false } });
    expect(numbers(saved)).toEqual([
      ['updates', [1]],
      ['box.weight.updates', [1]],
      ['box.weight.velocity', [1, 1, 1, 1]],
    ]);
    expect(numbers(state.save()).map(([name, [first]]) => [name, first])).toEqual([
      ['updates', 2],
      ['box.weight.updates', 2],
      ['box.weight.velocity', 1.9],
      ['box.bias.updates', 1],
      ['box.bias.velocity', 1],
    ]);
  });

  it('goes back to what it saved itself', () => {
    const model = newModel();
    const state = optimizerState(adam(), model);
    state.update(ones(model));
    const saved = state.save();
    state.update(ones(model));
    state.restore(saved);
    expect(numbers(state.save())).toEqual(numbers(saved));
  });

  it('does not save what has diverged', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.1, momentum: 0.9 }), model);
    state.update(ones(model));
    state.of(model.parameters[0] as Parameter).velocity?.set(1, 0, Number.POSITIVE_INFINITY);
    expect(() => state.save()).toThrow(
      new StateError(
        "optimizer save: 'box.weight.velocity'[1, 0]: expected finite numbers, got Infinity; training has diverged: go on from what was saved before, at a lower learning rate",
      ),
    );
  });

  it('forgets what the other does not have', () => {
    const model = newModel();
    const momentum = () => sgd({ learningRate: 0.1, momentum: 0.9 });
    const state = optimizerState(momentum(), model);
    state.update(ones(model));
    state.restore(optimizerState(momentum(), newModel()).save());
    expect(state.step).toBe(0);
    expect(numbers(state.save()).every(([, values]) => values.every((value) => value === 0))).toBe(true);
  });

  it('goes on at the number of updates, with the learning rate of its own', () => {
    const [model, resumed] = [newModel(), newModel()];
    const state = optimizerState(sgd({ learningRate: 0.5, decreaseConstant: 1 }), model);
    for (let i = 0; i < 3; i++) state.update(ones(model));
    const next = optimizerState(sgd({ learningRate: 1, decreaseConstant: 1 }), resumed);
    next.restore(state.save());
    next.update(ones(resumed));
    expect(values(resumed)[1]?.[0]).toBe(1 - 1 / 4);
  });

  it('refuses what was saved of another kind, under other options or of another model, and stays as it was', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.1, momentum: 0.9 }), model);
    state.update(ones(model));
    const saved = (optimizer: Optimizer) => optimizerState(optimizer, newModel()).save();
    expect(() => state.restore(saved(adam()))).toThrow(
      new OptionError(
        'optimizer restore: expected adam (beta1 0.9, beta2 0.999, epsilon 1e-8), with which it was saved, got sgd (momentum 0.9, nesterov false); give the optimizer the same options, or start over',
      ),
    );
    expect(state.misfit(saved(sgd({ learningRate: 0.1 })))).toBe(
      'expected sgd (momentum 0, nesterov false), with which it was saved, got sgd (momentum 0.9, nesterov false)',
    );
    for (const [name, shape] of [
      ['box.offset.velocity', [2]],
      ['box.bias.moment1', [2]],
      ['box.bias.velocity', [3]],
    ] as const) {
      const updates = tensor([1]);
      const velocity = tensor(new Float64Array(shape[0]), shape);
      const tensors = new Map([
        ['updates', updates],
        ['box.bias.updates', updates],
        ['box.bias.velocity', tensor([1, 1])],
        [name, velocity],
      ]);
      expect(() => state.restore({ ...state.save(), tensors })).toThrow(
        new ShapeError(
          `optimizer restore: expected tensors of the model's parameters, got '${name}' [${shape}]; give the model that it was saved with`,
        ),
      );
    }
    expect(state.step).toBe(1);
    expect([...elements(state.of(model.parameters[1] as Parameter).velocity ?? tensor([]))]).toEqual([1, 1]);
  });

  it.each([
    ['updates', [-1], "a whole number from 0 at 'updates'[0], got -1"],
    ['box.bias.updates', [0.5], "a whole number from 0 at 'box.bias.updates'[0], got 0.5"],
    [
      'box.bias.moment1',
      [0, Number.NaN],
      "a number within the range of float32 at 'box.bias.moment1'[1], got NaN",
    ],
    [
      'box.bias.moment1',
      [1e39, 0],
      "a number within the range of float32 at 'box.bias.moment1'[0], got 1e+39",
    ],
    [
      'box.bias.moment2',
      [0, -1e-9],
      "a number from 0 within the range of float32 at 'box.bias.moment2'[1], got -1e-9",
    ],
    ['box.bias.moment2', undefined, "a tensor 'box.bias.moment2', got none"],
    ['updates', undefined, "a tensor 'updates', got none"],
  ])('refuses a saved %s of %j, and stays as it was', (name, value, message) => {
    const model = newModel('float32');
    const state = optimizerState(adam(), model);
    state.update(ones(model));
    const before = state.save();
    const tensors = new Map<string, Tensor>(before.tensors);
    if (value === undefined) tensors.delete(name);
    else tensors.set(name, tensor(value));
    expect(() => state.restore({ ...before, tensors })).toThrow(CheckpointError);
    expect(() => state.restore({ ...before, tensors })).toThrow(
      `optimizer restore: expected ${message}; go back to an undamaged checkpoint, or start over`,
    );
    expect(numbers(state.save())).toEqual(numbers(before));
  });

  it('binds the gradients of a pass once, and reads what they hold at each update', () => {
    let bound = 0;
    const counter: Optimizer = {
      ...sgd({ learningRate: 1 }),
      bind(...cells) {
        bound++;
        return sgd({ learningRate: 1 }).bind(...cells);
      },
    };
    const model = newModel();
    const gradients = ones(model);
    const state = optimizerState(counter, model);
    state.update(gradients);
    for (const { gradient } of gradients) if (gradient.form === 'dense') elements(gradient.tensor).fill(10);
    state.update(gradients);
    expect(bound).toBe(2);
    expect(values(model)[1]).toEqual([-10, -10]);
  });

  it('changes nothing where the learning rate is refused', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: () => Number.NaN }), model);
    expect(() => state.update(ones(model))).toThrow('learningRate at update 0');
    expect([state.step, model.version, values(model)[1]]).toEqual([0, 0, [1, 1]]);
  });

  it('is of an optimizer, not of the function that makes one', () => {
    // @ts-expect-error: no optimizer
    expect(() => optimizerState(sgd, newModel())).toThrow(
      new OptionError('optimizer: expected one, got function; give one, as sgd({ learningRate: 0.01 })'),
    );
  });
});
