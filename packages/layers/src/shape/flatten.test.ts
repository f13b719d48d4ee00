import { tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { flatten, flattenBox } from './flatten.js';

describe('flatten', () => {
  it('makes one vector of each example, row by row', () => {
    const images = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 2, 3]);
    const { shape, output } = runBox(flattenBox, flatten(), [images]);
    expect(shape).toEqual([6]);
    expect(output).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('hands its child dOutput as it comes', () => {
    const images = tensor([0, 0, 0, 0], [1, 2, 2]);
    expect(runBox(flattenBox, flatten(), [images], { dOutput: [1, -2, 1e8, 0] }).dInputs).toEqual([
      [1, -2, 1e8, 0],
    ]);
  });

  it.each([
    [[], 1],
    [[7], 7],
    [[28, 28], 784],
    [[3, 4, 5], 60],
  ])('makes of an example of shape %j a vector of %i', (shape, length) => {
    expect(flattenBox.outputShape(flatten(), [shape], "flatten 'flat'")).toEqual([length]);
  });

  it('makes an empty batch of an empty batch', () => {
    expect(runBox(flattenBox, flatten(), [tensor([], [0, 2, 2])]).output).toEqual([]);
  });
});
