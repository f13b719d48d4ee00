import { elements, OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { linear } from '../linear/linear.js';
import { gru } from '../recurrent/gru.js';
import { lstm } from '../recurrent/lstm.js';
import type { Recurrent } from '../recurrent/recurrence.js';
import { sequential } from '../sequential.js';
import { bidirectional } from './bidirectional.js';

describe('bidirectional', () => {
  it('stands for a box that reads on, one that reads back, and both side by side', () => {
    const model = sequential([bidirectional(lstm(3, { sequence: true, name: 'own' }), { name: 'both' })], {
      inputShape: [4, 2],
    });
    expect(model.boxes.map(({ name, description }) => [name, description])).toEqual([
      ['both.forward', { kind: 'lstm', units: 3, sequence: true, children: ['input'] }],
      ['both.backward', { kind: 'lstm', units: 3, sequence: true, reverse: true, children: ['input'] }],
      ['both', { kind: 'concat', children: ['both.forward', 'both.backward'] }],
    ]);
    expect(model.box('both').shape).toEqual([4, 6]);
  });

  it('makes of a sequence read backwards the same, with its halves exchanged, where both have the same weights', () => {
    const model = sequential([bidirectional(gru(2))], { inputShape: [3, 1], seed: 1, dtype: 'float64' });
    const [forward, backward] = ['forward', 'backward'].map((way) => model.box(`bidirectional1.${way}`));
    for (const [name, parameter] of backward.parameters) {
      model.assign(parameter, elements(forward.parameters.get(name)?.value ?? tensor([])));
    }
    const read = (steps: readonly number[]): number[] => {
      const tape = model.fprop({ input: tensor(steps, [1, 3, 1]) });
      const values = [...elements(tape.output)];
      tape.release();
      return values;
    };
    const [a, b, c, d] = read([1, -2, 0.5]) as [number, number, number, number];
    expect(read([0.5, -2, 1])).toEqual([c, d, a, b]);
  });

  it('freezes both', () => {
    const model = sequential([bidirectional(gru(2, { frozen: true })), linear(1)], { inputShape: [3, 1] });
    expect(model.learning.map(({ name }) => name)).toEqual(['linear1.weight', 'linear1.bias']);
  });

  it('refuses what says itself which way it reads, and what is no recurrent box', () => {
    const build = (box: Recurrent) => sequential([bidirectional(box)], { inputShape: [3, 1] });
    expect(() => build(gru(2, { reverse: true }))).toThrow(
      new OptionError(
        "bidirectional 'bidirectional1' box: expected a recurrent box that leaves open which way it reads, got gru with reverse; give one, as lstm(32)",
      ),
    );
    expect(() => build(undefined as never)).toThrow(OptionError);
    expect(() => build(linear(2) as never)).toThrow(/got 'reverse'/);
    expect(() => build(gru(2, { stateful: true }))).toThrow(/as it is stateful, got reverse/);
  });
});
