import { type BoxDescription, checkGradients, type FlowGraph, objective } from '@fluxion/graph';
import { apply, flatten, graph, gru, linear, lstm, type RecurrentOptions, simpleRnn } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { elements, OptionError, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { randomTensor } from './surround.js';

const kinds: Readonly<Record<string, (units: number, options: RecurrentOptions) => BoxDescription>> = {
  simpleRnn,
  lstm,
  gru,
};
const [length, features, units] = [3, 2, 4];

function modelOf(box: BoxDescription, masked = false): FlowGraph {
  return graph(
    {
      inputs: { x: { shape: [length, features], masked } },
      boxes: { below: apply(linear(features), 'x'), box: apply(box, 'below'), flat: apply(flatten(), 'box') },
      outputs: ['flat'],
    },
    { dtype: 'float64', seed: 4 },
  );
}

function statesOf(model: FlowGraph): number[][] {
  return model.states.map((state) => [...elements(model.valueOf(state))]);
}

function begin(model: FlowGraph): void {
  model.states.forEach((state, i) => {
    model.assign(state, [...elements(randomTensor([units], i, 'state'))]);
  });
}

/** The output of a pass over some examples of a stream. */
function read(
  model: FlowGraph,
  stream: Tensor,
  from: number,
  to: number,
  mode: 'train' | 'predict',
): number[] {
  const size = length * features;
  const x = tensor([...elements(stream)].slice(from * size, to * size), [to - from, length, features]);
  const tape = model.fprop({ x }, { mode });
  const output = [...elements(tape.output)];
  tape.release();
  return output;
}

describe.each(Object.keys(kinds))('a stateful %s', (kind) => {
  const stream = randomTensor([6, length, features], 1, 'stream');

  describe.each([false, true])('with sequence %s', (sequence) => {
    const box = kinds[kind](units, { sequence, stateful: true });

    it.each([1, 3])('has right gradients in a minibatch of %i, in both modes', (batch) => {
      for (const masked of [false, true]) {
        const model = modelOf(sequence && masked ? kinds[kind](units, { stateful: true }) : box, masked);
        begin(model);
        const mask = tensor([1, 1, 0, 1, 0, 0, 1, 1, 1].slice(0, batch * length), [batch, length]);
        const examples = {
          inputs: { x: randomTensor([batch, length, features], 1, 'x'), ...(masked && { 'x.mask': mask }) },
          targets: { t: randomTensor([batch, ...model.box('flat').shape], 1, 't') },
        };
        for (const mode of ['train', 'predict'] as const) {
          const { worst } = checkGradients(model, { loss: squaredError(), examples, mode });
          expect(worst.relativeError, JSON.stringify(worst)).toBeLessThan(1e-7);
        }
      }
    });

    it('reads a stream alike whatever the minibatches are', () => {
      const [apart, together] = [modelOf(box), modelOf(box)];
      for (const model of [apart, together]) begin(model);
      const singly = [0, 1, 2, 3, 4, 5].flatMap((i) => read(apart, stream, i, i + 1, 'train'));
      const inParts = [...read(together, stream, 0, 2, 'train'), ...read(together, stream, 2, 6, 'train')];
      expect(inParts).toEqual(singly);
      expect(statesOf(together)).toEqual(statesOf(apart));
    });

    it('predicts each example from the state that training has left, and leaves it', () => {
      const model = modelOf(box);
      read(model, stream, 0, 3, 'train');
      const before = statesOf(model);
      expect(before.flat().some((value) => value !== 0)).toBe(true);
      const predicted = read(model, stream, 3, 6, 'predict');
      expect(statesOf(model)).toEqual(before);
      expect(read(model, stream, 3, 4, 'train')).toEqual(predicted.slice(0, predicted.length / 3));
    });
  });

  it('keeps its state where the model is', () => {
    const names = kind === 'lstm' ? ['box.hidden', 'box.cell'] : ['box.hidden'];
    const model = modelOf(kinds[kind](units, { stateful: true }));
    expect(model.states.map(({ name }) => name)).toEqual(names);
    expect(modelOf(kinds[kind](units, {})).states).toEqual([]);
  });

  it('refuses to read backwards', () => {
    expect(() => modelOf(kinds[kind](units, { stateful: true, reverse: true }))).toThrow(
      new OptionError(
        `${kind} 'box' reverse: expected to read on from the example before, as it is stateful, got reverse; leave out one of the two`,
      ),
    );
  });

  it('learns what is no longer in the example, from a stream of single steps', () => {
    const bits = [...elements(randomTensor([4000], 5, 'bits'))].map((value) => (value > 0 ? 1 : -1));
    const model = graph(
      {
        inputs: { bit: [1, 1] },
        boxes: { memory: apply(kinds[kind](8, { stateful: true }), 'bit'), told: apply(linear(1), 'memory') },
        outputs: ['told'],
      },
      { seed: 2 },
    );
    const target = objective(model, squaredError());
    const state = optimizerState(sgd({ learningRate: 0.1, momentum: 0.9 }), model);
    let late = 0;
    const size = 10;
    for (let at = 2; at + size <= bits.length; at += size) {
      const some = (from: number): number[] => bits.slice(from, from + size);
      const tape = model.fprop({ bit: tensor(some(at), [size, 1, 1]) }, { mode: 'train' });
      const { loss, gradients } = tape.bprop(target, { two: tensor(some(at - 2), [size, 1]) });
      if (at > 3000) late += loss / 100;
      state.update(gradients);
      tape.release();
    }
    // Whoever remembers nothing has ½.
    expect(late).toBeLessThan(0.1);
  });
});
