import type { FlowGraph } from '@fluxion/graph';
import { l2 } from '@fluxion/loss';
import { type Optimizer, optimizerState, sgd } from '@fluxion/optim';
import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { copyValues, EXAMPLES, expectClose, learn, newModel, valuesOf, waiting } from './learning.js';

/** A model with the values of another. */
function copyOf(model: FlowGraph): FlowGraph {
  const copy = newModel(waiting(16));
  copyValues(model, copy);
  return copy;
}

const first = (count: number) => (example: number) => example >= count;
const between = (from: number, to: number) => (example: number) => example < from || example >= to;
const momentum = (): Optimizer => sgd({ learningRate: 0.1, momentum: 0.9 });

describe('updates that wait, when they are saved', () => {
  it('belong to the optimizer that made them, in whatever order two are restored', () => {
    for (const restoreFirst of [0, 1]) {
      const model = newModel(waiting(16));
      const one = newModel();
      const makers = [momentum, () => sgd({ learningRate: 0.1 })];
      const optimizers = makers.map((make) => make());
      const plain = makers.map((make) => make());
      for (const [m, [moved, other]] of [
        [model, optimizers],
        [one, plain],
      ] as [FlowGraph, [Optimizer, Optimizer]][]) {
        learn(m, { optimizer: other, isPassed: first(3) });
        // More than a block: some have been applied, and the velocity is not 0.
        learn(m, { optimizer: moved, isPassed: between(3, 23) });
      }
      const saved = optimizers.map((optimizer) => optimizerState(optimizer, model).save());
      const resumed = copyOf(model);
      const again = makers.map((make) => make());
      for (const i of restoreFirst === 0 ? [0, 1] : [1, 0]) {
        optimizerState(again[i] as Optimizer, resumed).restore(saved[i] as (typeof saved)[0]);
      }
      expectClose(valuesOf(resumed), valuesOf(model));
      learn(resumed, { optimizer: again[0] as Optimizer, isPassed: between(23, 40) });
      learn(one, { optimizer: plain[0] as Optimizer, isPassed: between(23, 40) });
      expectClose(valuesOf(resumed), valuesOf(one));
    }
  });

  it('leave a velocity to who has one, though others of another optimizer wait', () => {
    const [one, waits] = [newModel(), newModel(waiting(16))];
    for (const model of [one, waits]) {
      const moved = momentum();
      learn(model, { optimizer: moved, isPassed: first(5) });
      const state = optimizerState(moved, model);
      const saved = state.save();
      learn(model, { optimizer: sgd({ learningRate: 0.1 }), isPassed: between(5, 9) });
      state.restore(saved);
      learn(model, { optimizer: moved, isPassed: between(9, 20) });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('are left out where the model has other values by now', () => {
    const [one, waits] = [newModel(), newModel(waiting(16))];
    for (const model of [one, waits]) {
      const optimizer = momentum();
      learn(model, { optimizer, isPassed: first(5) });
      const saved = optimizerState(optimizer, model).save();
      learn(model, { optimizer, isPassed: between(5, 30) });
      optimizerState(optimizer, model).restore(saved);
      learn(model, { optimizer, isPassed: between(30, 40) });
    }
    expectClose(valuesOf(waits), valuesOf(one));
  });

  it('need their velocity', () => {
    const [model, optimizer] = [newModel(waiting(16)), momentum()];
    learn(model, { optimizer, isPassed: first(5) });
    const saved = optimizerState(optimizer, model).save();
    const tensors = new Map(saved.tensors);
    tensors.delete('linear1.weight.deferred.velocity');
    expect(() => optimizerState(momentum(), copyOf(model)).restore({ ...saved, tensors })).toThrow(
      CheckpointError,
    );
  });

  it('go on to the last bit where a regularizer is switched on in a block', () => {
    for (const cut of [12, 17, 21]) {
      const [straight, optimizer] = [newModel(waiting(32)), sgd({ learningRate: 0.1 })];
      const options = {
        looksAhead: true,
        regularizer: l2(0.01),
        isRegularized: (example: number) => example > 10,
      };
      learn(straight, { ...options, optimizer, isPassed: first(cut) });
      const saved = optimizerState(optimizer, straight).save();
      const resumed = newModel(waiting(32));
      copyValues(straight, resumed);
      const again = sgd({ learningRate: 0.1 });
      optimizerState(again, resumed).restore(saved);
      learn(straight, { ...options, optimizer, isPassed: between(cut, EXAMPLES) });
      learn(resumed, { ...options, optimizer: again, isPassed: between(cut, EXAMPLES) });
      expect(valuesOf(resumed)).toEqual(valuesOf(straight));
    }
  });

  it.each([0, 0.9])(
    'go on by kernels that let none wait, and where others had begun, momentum %d',
    (momentum) => {
      const make = (): Optimizer => sgd({ learningRate: 0.05, momentum });
      const one = newModel();
      learn(one, { optimizer: make() });
      for (const [before, after] of [
        [waiting(16), 'reference'],
        ['reference', waiting(16)],
      ] as const) {
        const [begun, optimizer] = [newModel(before), make()];
        learn(begun, { optimizer, looksAhead: true, isPassed: first(23) });
        const [resumed, again] = [newModel(after), make()];
        copyValues(begun, resumed);
        optimizerState(again, resumed).restore(optimizerState(optimizer, begun).save());
        learn(resumed, { optimizer: again, looksAhead: true, isPassed: between(23, EXAMPLES) });
        expectClose(valuesOf(resumed), valuesOf(one));
      }
    },
  );

  it('say so where they are more than a block', () => {
    const [model, optimizer] = [newModel(waiting(16)), momentum()];
    learn(model, { optimizer, looksAhead: true, isPassed: first(9) });
    const small = newModel(waiting(8));
    copyValues(model, small);
    const saved = optimizerState(optimizer, model).save();
    expect(() => optimizerState(momentum(), small).restore(saved)).toThrow(
      new CheckpointError(
        "optimizer restore: expected blocks of 8 updates of 'linear1.weight', as these kernels have, got one of 16; go back to an undamaged checkpoint, or start over",
      ),
    );
  });
});
