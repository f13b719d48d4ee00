import { expect, it } from 'vitest';
import { conv1d } from './convolution/conv1d.js';
import { conv2d } from './convolution/conv2d.js';
import { gru } from './recurrent/gru.js';
import { sequential } from './sequential.js';

it('says what makes a sequence of a list', () => {
  for (const box of [gru(4), conv1d(4, 3)]) {
    expect(() => sequential([box], { inputShape: [64] })).toThrow(
      'got [64]; give it a sequence of vectors, as embedding() makes of indices and reshapeTo([64, 1]) of numbers',
    );
  }
});

it('says what makes a picture of a list, where it may be one', () => {
  const built =
    (...inputShape: number[]) =>
    () =>
      sequential([conv2d(4, 3)], { inputShape });
  expect(built(784)).toThrow('give it pictures, as by reshapeTo([28, 28, 1])');
  expect(built(3072)).toThrow('give it pictures, as by reshapeTo([32, 32, 3])');
  expect(built(28, 20)).toThrow('give it pictures, as by reshapeTo([28, 20, 1])');
  expect(built(10)).toThrow('give it pictures, as by reshapeTo()');
});
