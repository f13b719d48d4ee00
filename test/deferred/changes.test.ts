import { adam, optimizerState, sgd } from '@fluxion/optim';
import { elements, type Tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { expectClose, learn, newModel, valuesOf, waiting } from './learning.js';

describe('updates that wait, when values or optimizers change', () => {
  it('are forgotten with the values that diverged', () => {
    const [one, waits] = [newModel(), newModel(waiting(16))];
    const start = one.parameters.map(({ value }) => Float64Array.from(elements(value)));
    learn(waits, { optimizer: sgd({ learningRate: 1e308 }), looksAhead: true });
    expect(valuesOf(waits).every(Number.isFinite)).toBe(false);
    for (const [i, parameter] of waits.parameters.entries())
      waits.assign(parameter, start[i] as Float64Array);
    const isPassed = (example: number): boolean => example % 3 !== 2;
    for (const model of [one, waits]) learn(model, { looksAhead: true, isPassed });
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('go back to what was saved when none waited', () => {
    const [model, optimizer] = [newModel(waiting(10)), sgd({ learningRate: 0.1, momentum: 0.9 })];
    learn(model, { optimizer, looksAhead: true });
    const state = optimizerState(optimizer, model);
    const [weight] = model.parameters as [(typeof model.parameters)[0]];
    const saved = state.save();
    const velocity = [...elements(saved.tensors.get(`${weight.name}.velocity`) as Tensor)];
    learn(model, { optimizer, isPassed: (example) => example >= 5 });
    const values = valuesOf(model);
    state.restore(saved);
    expect([...elements(state.save().tensors.get(`${weight.name}.velocity`) as Tensor)]).toEqual(velocity);
    // The weights are the model's own: they stay.
    expectClose(valuesOf(model), values);
  });

  it('go with SGD alone: after them, another optimizer finds the weights as they are', () => {
    const [one, waits] = [newModel(), newModel(waiting(8))];
    for (const model of [one, waits]) {
      learn(model, {});
      learn(model, { optimizer: adam() });
      learn(model, { optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }) });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('are dropped with the values that they belong to', () => {
    const model = newModel(waiting(50));
    learn(model, {});
    const [weight] = model.parameters;
    if (weight === undefined) throw new Error('a model has a weight');
    model.assign(weight, new Float64Array(weight.value.size).fill(0.5));
    expect(new Set(elements(model.valueOf(weight)))).toEqual(new Set([0.5]));
  });
});
