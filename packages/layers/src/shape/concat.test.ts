import { ShapeError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { concat, concatBox } from './concat.js';

describe('concat', () => {
  it('puts its children side by side', () => {
    const children = [
      tensor([1, 2, 3, 4], [2, 2]),
      tensor([5, 6], [2, 1]),
      tensor([7, 8, 9, 10, 11, 12], [2, 3]),
    ];
    const { shape, output } = runBox(concatBox, concat(), children);
    expect(shape).toEqual([6]);
    expect(output).toEqual([1, 2, 5, 7, 8, 9, 3, 4, 6, 10, 11, 12]);
  });

  it('hands each child the part of dOutput that it stands in', () => {
    const children = [tensor([0, 0, 0, 0], [2, 2]), tensor([0, 0], [2, 1])];
    expect(runBox(concatBox, concat(), children, { dOutput: [1, 2, 3, 4, 5, 6] }).dInputs).toEqual([
      [1, 2, 4, 5],
      [3, 6],
    ]);
  });

  it('joins along the last axis where there are several', () => {
    const left = tensor([1, 2, 3, 4], [1, 2, 2]);
    const right = tensor([5, 6], [1, 2, 1]);
    const { shape, output, dInputs } = runBox(concatBox, concat(), [left, right], {
      dOutput: [1, 2, 3, 4, 5, 6],
    });
    expect(shape).toEqual([2, 3]);
    expect(output).toEqual([1, 2, 5, 3, 4, 6]);
    expect(dInputs).toEqual([
      [1, 2, 4, 5],
      [3, 6],
    ]);
  });

  it('repeats a child that stands twice', () => {
    const child = tensor([1, 2], [1, 2]);
    expect(runBox(concatBox, concat(), [child, child]).output).toEqual([1, 2, 1, 2]);
  });

  it('is its child where there is one', () => {
    expect(runBox(concatBox, concat(), [tensor([1e8, -1e8, 0], [1, 3])]).output).toEqual([1e8, -1e8, 0]);
  });

  it('reads strided views, and makes an empty batch of empty batches', () => {
    const down = tensor([1, 2, 3, 4], [2, 2]).transpose(1, 0);
    expect(runBox(concatBox, concat(), [down, down]).output).toEqual([1, 3, 1, 3, 2, 4, 2, 4]);
    expect(runBox(concatBox, concat(), [tensor([], [0, 2]), tensor([], [0, 1])]).output).toEqual([]);
  });

  it('loses and repeats nothing: given its own output as dOutput, it hands every child itself', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), widths, (batch, lengths) => {
        let next = 0;
        const children = lengths.map((length) =>
          tensor(
            Array.from({ length: batch * length }, () => next++),
            [batch, length],
          ),
        );
        const { output } = runBox(concatBox, concat(), children);
        expect(runBox(concatBox, concat(), children, { dOutput: output }).dInputs).toEqual(
          children.map(({ data }) => [...data]),
        );
      }),
    );
  });

  it('refuses children that differ in another axis than the last', () => {
    expect(() =>
      concatBox.outputShape(
        concat(),
        [
          [2, 3],
          [4, 3],
        ],
        "concat 'joined'",
      ),
    ).toThrow(
      new ShapeError(
        "concat 'joined' child 2: expected shape [2, length], got [4, 3]; children may differ in their last axis only",
      ),
    );
    expect(() => concatBox.outputShape(concat(), [[3], [4, 3]], "concat 'joined'")).toThrow(
      new ShapeError(
        "concat 'joined' child 2: expected shape [length], got [4, 3]; children may differ in their last axis only",
      ),
    );
  });

  it('refuses a child without an axis to join along', () => {
    expect(() => concatBox.outputShape(concat(), [[]], "concat 'joined'")).toThrow(
      new ShapeError("concat 'joined' child 1: expected shape [length], got []; give it vectors"),
    );
  });
});
