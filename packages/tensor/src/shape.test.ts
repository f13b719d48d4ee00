import { describe, expect, it } from 'vitest';
import { ShapeError } from './errors.js';
import { expectLengths, expectShape, formatShape, indexAt, sameShape, sizeOf } from './shape.js';

describe('sizeOf', () => {
  it.each([
    [[2, 3, 4], 24],
    [[7], 7],
    [[], 1],
    [[0], 0],
    [[5, 0, 3], 0],
  ])('of %j is %d', (shape, size) => {
    expect(sizeOf(shape)).toBe(size);
  });
});

describe('formatShape', () => {
  it('writes lengths and names in brackets', () => {
    expect(formatShape([32, 784])).toBe('[32, 784]');
    expect(formatShape(['batch', 784])).toBe('[batch, 784]');
    expect(formatShape([])).toBe('[]');
  });
});

describe('sameShape', () => {
  it('holds when every axis has the same length', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([], [])).toBe(true);
  });

  it('fails on another length, another order and another number of axes', () => {
    expect(sameShape([2, 3], [2, 4])).toBe(false);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2], [2, 1])).toBe(false);
    expect(sameShape([2, 1], [2])).toBe(false);
  });
});

describe('expectLengths', () => {
  it('accepts whole numbers from 0, and no axis at all', () => {
    expect(() => expectLengths('tensor shape', [0, 1, 60_000])).not.toThrow();
    expect(() => expectLengths('tensor shape', [])).not.toThrow();
  });

  it.each([[[-1]], [[2, 2.5]], [[Number.NaN]], [[2, Number.POSITIVE_INFINITY]], [[2 ** 53]]])(
    'refuses %j',
    (shape) => {
      expect(() => expectLengths('tensor shape', shape)).toThrow(ShapeError);
    },
  );

  it('says where, the rule, what came and the fix', () => {
    expect(() => expectLengths("graph input 'image'", [28, -1])).toThrow(
      new ShapeError(
        "graph input 'image': expected lengths that are whole numbers from 0, got [28, -1]; give such lengths",
      ),
    );
  });
});

describe('expectShape', () => {
  const fix = 'put flatten() before linear()';

  it('accepts the expected shape', () => {
    expect(() => expectShape('linear.fprop input', [2, 3], [2, 3], fix)).not.toThrow();
    expect(() => expectShape('linear.fprop input', [], [], fix)).not.toThrow();
  });

  it('accepts any length where a name stands', () => {
    expect(() => expectShape('linear.fprop input', ['batch', 3], [0, 3], fix)).not.toThrow();
    expect(() => expectShape('linear.fprop input', ['batch', 3], [128, 3], fix)).not.toThrow();
  });

  it('refuses another length, and more or fewer axes', () => {
    expect(() => expectShape('linear.fprop input', ['batch', 3], [2, 4], fix)).toThrow(ShapeError);
    expect(() => expectShape('linear.fprop input', ['batch', 3], [3], fix)).toThrow(ShapeError);
    expect(() => expectShape('linear.fprop input', ['batch'], [2, 3], fix)).toThrow(ShapeError);
  });

  it('says where, what was expected, what came and the fix', () => {
    expect(() => expectShape('linear.fprop input', ['batch', 784], [1, 28, 28], fix)).toThrow(
      new ShapeError(
        'linear.fprop input: expected shape [batch, 784], got [1, 28, 28]; put flatten() before linear()',
      ),
    );
  });
});

describe('indexAt', () => {
  it('is the index of each element, counted in row-major order', () => {
    expect(Array.from({ length: 6 }, (_, place) => indexAt(place, [2, 3]))).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(indexAt(23, [2, 3, 4])).toEqual([1, 2, 3]);
    expect(indexAt(0, [])).toEqual([]);
  });
});
