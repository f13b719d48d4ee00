import { type FlowGraph, objective } from '@fluxion/graph';
import { linear, sequential, tanh } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import { elements, OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import type { Optimizer } from './optimizer.js';
import { optimizerState } from './optimizerState.js';
import { adam, adamW } from './optimizers.js';
import { parameterGroups } from './parameterGroups.js';
import { sgd } from './sgd.js';

function newModel(): FlowGraph {
  return sequential([linear(3), tanh(), linear(2, { name: 'head' })], {
    inputShape: [2],
    seed: 1,
    dtype: 'float64',
  });
}

function learn(model: FlowGraph, optimizer: Optimizer, steps: number): void {
  const target = objective(model, squaredError());
  const state = optimizerState(optimizer, model);
  for (let step = 0; step < steps; step++) {
    const tape = model.fprop({ input: tensor([1, -0.5], [1, 2]) });
    state.update(tape.bprop(target, { t: tensor([0.3, -1], [1, 2]) }).gradients);
    tape.release();
  }
}

/** Every parameter but those of some boxes or of some short name. */
function parametersOf(model: FlowGraph, belongs: (name: string) => boolean): number[][] {
  return model.parameters.filter(({ name }) => belongs(name)).map(({ value }) => [...elements(value)]);
}

describe('parameterGroups', () => {
  it('updates each group by its own optimizer and rate, and the rest by the first', () => {
    const [grouped, fast, slow] = [newModel(), newModel(), newModel()];
    const schedule = (t: number): number => 0.1 / (1 + t);
    // One step: after it the gradients of one part depend on the other.
    learn(
      grouped,
      parameterGroups(sgd({ learningRate: 0.5 }), [
        { of: ['head'], optimizer: adam({ learningRate: schedule }) },
      ]),
      1,
    );
    learn(fast, sgd({ learningRate: 0.5 }), 1);
    learn(slow, adam({ learningRate: schedule }), 1);
    const isHead = (name: string): boolean => name.startsWith('head.');
    expect(parametersOf(grouped, isHead)).toEqual(parametersOf(slow, isHead));
    expect(parametersOf(grouped, (name) => !isHead(name))).toEqual(
      parametersOf(fast, (name) => !isHead(name)),
    );
  });

  it('knows groups by box, by kind of box and by parameter, the first that names one', () => {
    const still = sgd({ learningRate: () => 0 });
    const moved = (...groups: string[][]): string[] => {
      const [before, after] = [newModel(), newModel()];
      const all = groups.map((of) => ({ of, optimizer: still }));
      learn(after, parameterGroups(sgd({ learningRate: 0.1 }), all), 1);
      return after.parameters
        .filter(
          ({ value }, i) =>
            String([...elements(value)]) !== String([...elements(before.parameters[i].value)]),
        )
        .map(({ name }) => name);
    };
    expect(moved(['linear1'])).toEqual(['head.weight', 'head.bias']);
    expect(moved(['bias'])).toEqual(['linear1.weight', 'head.weight']);
    expect(moved(['head.weight'], ['linear1'])).toEqual(['head.bias']);
    expect(moved(['linear'])).toEqual([]);
  });

  it('asks each schedule once an update, with the updates made so far', () => {
    const asked: number[] = [];
    const counted = (t: number): number => {
      asked.push(t);
      return 0.1;
    };
    learn(
      newModel(),
      parameterGroups(sgd({ learningRate: 0.1 }), [
        { of: ['head', 'bias'], optimizer: sgd({ learningRate: counted }) },
      ]),
      3,
    );
    expect(asked).toEqual([0, 1, 2]);
  });

  it('goes on from what was saved as if nothing had been, and only with the same groups', () => {
    const make = (rate = 0.01): Optimizer =>
      parameterGroups(adamW({ learningRate: rate }), [
        { of: ['head'], optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) },
      ]);
    const [through, halted] = [newModel(), newModel()];
    learn(through, make(), 6);
    const optimizer = make();
    learn(halted, optimizer, 3);
    const saved = optimizerState(optimizer, halted).save();
    const again = make();
    optimizerState(again, halted).restore(JSON.parse(JSON.stringify(saved.options)) && saved);
    learn(halted, again, 3);
    expect(parametersOf(halted, () => true)).toEqual(parametersOf(through, () => true));
    const other = parameterGroups(adamW({ learningRate: 0.01 }), [
      { of: ['head'], optimizer: sgd({ learningRate: 0.1 }) },
    ]);
    expect(() => optimizerState(other, halted).restore(saved)).toThrow(OptionError);
  });

  it('refuses a name that is none, groups within groups, and what is no optimizer', () => {
    const plain = sgd({ learningRate: 0.1 });
    expect(() => learn(newModel(), parameterGroups(plain, [{ of: ['hed'], optimizer: plain }]), 1)).toThrow(
      new OptionError(
        "parameterGroups of: expected a box, a kind of box or a parameter of linear1.weight, linear1.bias, head.weight, head.bias, got 'hed'; correct the name",
      ),
    );
    expect(() => parameterGroups(plain, [{ of: [], optimizer: plain }])).toThrow(OptionError);
    expect(() => parameterGroups(parameterGroups(plain, []), [])).toThrow(
      new OptionError(
        'parameterGroups: expected optimizers of one rule, got groups within groups; put all groups in one list',
      ),
    );
    expect(() => parameterGroups(undefined as never, [])).toThrow(OptionError);
  });
});
