import { ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { add, addBox } from './add.js';

describe('add', () => {
  it('is the sum of its children', () => {
    const children = [
      tensor([1, 2, 3, 4], [2, 2]),
      tensor([10, 20, 30, 40], [2, 2]),
      tensor([0.5, 0, -3, 1], [2, 2]),
    ];
    expect(runBox(addBox, add(), children).output).toEqual([11.5, 22, 30, 45]);
  });

  it('hands dOutput to every child', () => {
    const children = [tensor([1, 2], [1, 2]), tensor([3, 4], [1, 2])];
    expect(runBox(addBox, add(), children, { dOutput: [-5, 7] }).dInputs).toEqual([
      [-5, 7],
      [-5, 7],
    ]);
  });

  it('is its child where there is one', () => {
    const { output, dInputs } = runBox(addBox, add(), [tensor([1, -2], [1, 2])], { dOutput: [3, 4] });
    expect(output).toEqual([1, -2]);
    expect(dInputs).toEqual([[3, 4]]);
  });

  it('doubles a child that stands twice', () => {
    const child = tensor([1, -2, 3], [1, 3]);
    expect(runBox(addBox, add(), [child, child]).output).toEqual([2, -4, 6]);
  });

  it('takes children of any one shape', () => {
    const child = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    const { shape, output } = runBox(addBox, add(), [child, child]);
    expect(shape).toEqual([2, 2]);
    expect(output).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
  });

  it('reads strided views', () => {
    const across = tensor([1, 2, 3, 4], [2, 2]);
    expect(runBox(addBox, add(), [across, across.transpose(1, 0)]).output).toEqual([2, 5, 5, 8]);
  });

  it('cancels ±1e8 exactly, and makes an empty batch of empty batches', () => {
    expect(runBox(addBox, add(), [tensor([1e8], [1, 1]), tensor([-1e8], [1, 1])]).output).toEqual([0]);
    expect(runBox(addBox, add(), [tensor([], [0, 2]), tensor([], [0, 2])]).output).toEqual([]);
  });

  it('refuses children of different shapes', () => {
    const shapes = [
      [2, 3],
      [2, 3],
      [3, 2],
    ];
    expect(() => addBox.outputShape(add(), shapes, "add 'sum'")).toThrow(
      new ShapeError("add 'sum' child 3: expected shape [2, 3], got [3, 2]; give its children one shape"),
    );
  });
});
