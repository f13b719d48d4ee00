import { type BoxDefinition, FlowGraph, type Parameter, type ParameterGradient } from '@fluxion/graph';
import { elements, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.js';
import type { Optimizer } from './optimizer.js';
import { optimizerState } from './optimizerState.js';
import { sgd } from './sgd.js';

/** A box that has two parameters, all 1, and does nothing with them. */
const owner: BoxDefinition = {
  children: 1,
  outputShape: (_, [input]) => input ?? [],
  parameters: () => {
    const ones = { initializer: (values: { fill(one: number): unknown }) => void values.fill(1) };
    return {
      weight: { ...ones, shape: [2, 2], regularized: true, gradient: 'dense' },
      bias: { ...ones, shape: [2], regularized: false, gradient: 'dense' },
    };
  },
  fprop: () => [],
  bprop: () => [],
};

function newModel(): FlowGraph {
  const boxes = { box: { kind: 'owner', children: ['input'] } };
  return new FlowGraph(
    { inputs: { input: [2] }, boxes, outputs: ['box'] },
    { dtype: 'float64', definitions: { owner } },
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

  it('tells the kernels the number of this update, from 1', () => {
    const calls: [number, number][] = [];
    const watcher: Optimizer = {
      kind: 'watcher',
      options: {},
      learningRate: (t) => t / 10,
      stateShapes: () => ({}),
      bind: () => (learningRate, step) => calls.push([learningRate, step]),
    };
    const model = newModel();
    const gradients = ones(model).slice(0, 1);
    for (let i = 0; i < 3; i++) optimizerState(watcher, model).update(gradients);
    expect(calls).toEqual([
      [0, 1],
      [0.1, 2],
      [0.2, 3],
    ]);
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
    next.restore(state);
    model.parameters.forEach((parameter, i) => {
      resumed.assign(resumed.parameters[i] ?? parameter, elements(parameter.value));
    });
    expect(next.step).toBe(3);
    state.update(ones(model));
    next.update(ones(resumed));
    expect(values(resumed)).toEqual(values(model));
  });

  it('shows all that it takes to go on: kind, options, updates, and tensors by parameter and name', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.1, momentum: 0.9 }), model);
    state.update(ones(model).slice(0, 1));
    expect(state).toMatchObject({
      kind: 'sgd',
      options: { momentum: 0.9, nesterov: false },
      step: 1,
    });
    expect([...state.tensors].map(([name, tensor]) => [name, [...elements(tensor)]])).toEqual([
      ['box.weight.velocity', [1, 1, 1, 1]],
    ]);
  });

  it('forgets what the other does not have', () => {
    const model = newModel();
    const momentum = () => sgd({ learningRate: 0.1, momentum: 0.9 });
    const state = optimizerState(momentum(), model);
    state.update(ones(model));
    state.restore(optimizerState(momentum(), newModel()));
    expect(state.step).toBe(0);
    for (const tensor of state.tensors.values()) expect(new Set(elements(tensor))).toEqual(new Set([0]));
  });

  it('goes on at the number of updates, with the learning rate of its own', () => {
    const [model, resumed] = [newModel(), newModel()];
    const state = optimizerState(sgd({ learningRate: 0.5, decreaseConstant: 1 }), model);
    for (let i = 0; i < 3; i++) state.update(ones(model));
    const next = optimizerState(sgd({ learningRate: 1, decreaseConstant: 1 }), resumed);
    next.restore(state);
    next.update(ones(resumed));
    expect(values(resumed)[1]?.[0]).toBe(1 - 1 / 4);
  });

  it('refuses what was saved of another kind, under other options or of another model, and stays as it was', () => {
    const model = newModel();
    const state = optimizerState(sgd({ learningRate: 0.1, momentum: 0.9 }), model);
    state.update(ones(model));
    const saved = (optimizer: Optimizer) => optimizerState(optimizer, newModel());
    expect(() => state.restore(saved(adam()))).toThrow(
      new OptionError(
        'optimizer restore: expected adam (beta1 0.9, beta2 0.999, epsilon 1e-8), with which it was saved, got sgd (momentum 0.9, nesterov false); give the optimizer the same options, or begin anew',
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
      const tensors = new Map([[name, tensor(new Float64Array(shape[0]), shape)]]);
      const { kind, options } = state;
      expect(() => state.restore({ kind, options, step: 7, tensors })).toThrow(
        new ShapeError(
          `optimizer restore: expected tensors of the model's parameters, got '${name}' [${shape}]; give the model that it was saved with`,
        ),
      );
    }
    expect(state.step).toBe(1);
    expect([...elements(state.of(model.parameters[1] as Parameter).velocity ?? tensor([]))]).toEqual([1, 1]);
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
