import { linear, relu, sequential } from '@fluxion/layers';
import { binaryCrossEntropy, softmaxCrossEntropy } from '@fluxion/loss';
import { elements } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { smoothExamples } from './smoothExamples.js';

const model = sequential([linear(6), relu(), linear(5), relu(), linear(3)], { inputShape: [4], seed: 2 });
const options = { loss: softmaxCrossEntropy(), count: 7, seed: 1, inputs: 'uniform', margin: 0.01 } as const;

describe('smoothExamples', () => {
  it('keeps every relu away from its kink', () => {
    const { inputs } = smoothExamples(model, options);
    expect(inputs.input?.shape).toEqual([7, 4]);
    const tape = model.fprop(inputs);
    for (const name of ['linear1', 'linear2']) {
      for (const value of elements(tape.value(name))) expect(Math.abs(value)).toBeGreaterThan(0.01);
    }
    tape.release();
  });

  it('is the same for the same seed, and another for another', () => {
    const inputOf = (seed: number): number[] =>
      Array.from(smoothExamples(model, { ...options, seed }).inputs.input?.data ?? []);
    expect(inputOf(1)).toEqual(inputOf(1));
    expect(inputOf(1)).not.toEqual(inputOf(2));
  });

  it('has inputs and targets of the kind that is asked for', () => {
    const binary = smoothExamples(model, { ...options, inputs: 'binary' });
    expect(new Set(binary.inputs.input?.data)).toEqual(new Set([0, 1]));
    for (const label of binary.targets.target?.data ?? []) expect([0, 1, 2]).toContain(label);

    const { targets } = smoothExamples(model, { ...options, loss: binaryCrossEntropy() });
    expect(targets.target?.shape).toEqual([7, 3]);
    for (const value of targets.target?.data ?? []) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
  });

  it('gives up where a layer of relus is dead', () => {
    const dead = sequential([linear(3, { initializer: 'zeros' }), relu(), linear(2)], { inputShape: [4] });
    expect(() => smoothExamples(dead, options)).toThrow(
      'gradient check: expected examples at which every relu is at least 0.01 from its kink, 1000 random ones were not; try another seed or a smaller epsilon',
    );
  });
});
