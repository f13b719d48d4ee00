import { ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { argmax } from './argmax.js';

describe('argmax', () => {
  it('is the place of the largest in each row, the first where several are', () => {
    expect(argmax(tensor([1, 3, 2, 5, 5, -1, -3, -2, -2], [3, 3]))).toEqual(Int32Array.of(1, 0, 1));
  });

  it('reads a view by its strides', () => {
    expect(argmax(tensor([1, 3, 2, 5, 9, 0], [3, 2]).transpose(1, 0))).toEqual(Int32Array.of(2, 1));
  });

  it('refuses what is no matrix', () => {
    expect(() => argmax(tensor([1, 2, 3]))).toThrow(
      new ShapeError(
        'argmax rows: expected shape [batch, classes], got [3]; give a matrix, a row for each example',
      ),
    );
  });
});
