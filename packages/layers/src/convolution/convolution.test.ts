import { elements, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { sequential } from '../sequential.js';
import { conv1d } from './conv1d.js';
import { conv2d } from './conv2d.js';
import { convTranspose1d } from './convTranspose1d.js';
import { convTranspose2d } from './convTranspose2d.js';

const input = tensor([0.5, -1, 2, 3, 0.25, -2, 1, 4, 1.5, -0.5, 2.5, 1], [1, 3, 2, 2]);

describe.each([
  ['conv1d', conv1d, [6, 2]],
  ['conv2d', conv2d, [3, 2, 2]],
  ['convTranspose1d', convTranspose1d, [6, 2]],
  ['convTranspose2d', convTranspose2d, [3, 2, 2]],
] as const)('%s without a bias', (kind, conv, inputShape) => {
  it('learns the weight alone, and computes what a bias of 0 does', () => {
    const options = { groups: 2, padding: 'same' } as const;
    const [without, plain] = [{ ...options, bias: false }, options].map((each) => {
      const model = sequential([conv(4, 2, each)], { inputShape, seed: 1 });
      return {
        names: model.parameters.map(({ name }) => name),
        output: [...elements(model.fprop({ input: tensor(elements(input), [1, ...inputShape]) }).output)],
      };
    });
    expect(without.names).toEqual([`${kind}1.weight`]);
    expect(plain.names).toEqual([`${kind}1.weight`, `${kind}1.bias`]);
    expect(without.output).toEqual(plain.output);
  });

  it('refuses a bias that is neither true nor false', () => {
    const description = { ...conv(4, 2), bias: 0 };
    expect(() => sequential([description], { inputShape })).toThrow(
      `${kind} '${kind}1' bias: expected true or false, got 0; leave it out for true`,
    );
  });
});
