import { ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { multiply, multiplyBox } from './multiply.js';

describe('multiply', () => {
  const left = tensor([1, 2, 3, -4], [2, 2]);
  const right = tensor([5, 0.5, -1, 2], [2, 2]);

  it('is the product, element by element', () => {
    expect(runBox(multiplyBox, multiply(), [left, right]).output).toEqual([5, 1, -3, -8]);
  });

  it('hands each child dOutput times the other child', () => {
    expect(runBox(multiplyBox, multiply(), [left, right], { dOutput: [1, 10, 100, 1000] }).dInputs).toEqual([
      [5, 5, -100, 2000],
      [1, 20, 300, -4000],
    ]);
  });

  it('squares a child that stands twice', () => {
    expect(runBox(multiplyBox, multiply(), [left, left]).output).toEqual([1, 4, 9, 16]);
  });

  it('takes children of any one shape', () => {
    const child = tensor([1, 2, 3, 4, 5, 6], [1, 3, 2]);
    const { shape, output } = runBox(multiplyBox, multiply(), [child, child]);
    expect(shape).toEqual([3, 2]);
    expect(output).toEqual([1, 4, 9, 16, 25, 36]);
  });

  it('reads strided views', () => {
    expect(runBox(multiplyBox, multiply(), [left, right.transpose(1, 0)]).output).toEqual([5, -2, 1.5, -8]);
  });

  it('is exact at ±1e8 and 0, and makes an empty batch of empty batches', () => {
    const large = tensor([1e8, -1e8, 0], [1, 3]);
    expect(runBox(multiplyBox, multiply(), [large, tensor([1e8, 1e8, 1e8], [1, 3])]).output).toEqual([
      1e16, -1e16, 0,
    ]);
    expect(runBox(multiplyBox, multiply(), [tensor([], [0, 2]), tensor([], [0, 2])]).output).toEqual([]);
  });

  it('refuses children of different shapes', () => {
    expect(() => multiplyBox.outputShape(multiply(), [[3], [1]], "multiply 'gate'")).toThrow(
      new ShapeError("multiply 'gate' child 2: expected shape [3], got [1]; give its children one shape"),
    );
  });
});
