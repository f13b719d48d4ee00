import { describe, expect, it } from 'vitest';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { nested, rows } from '../../test/nested.js';

describe.each(kernelsUnderTest)('squaredError, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('is half the squared distance of each row, of matrices that lie %s', (layout) => {
    const losses = blank([2], layout);
    kernels.pointwiseLoss(
      'squaredError',
      cell(rows([1, 2], [0, 0]), layout),
      cell(rows([4, -2], [0, 0]), layout),
      losses,
    )();
    // ½ (3² + 4²) = 12.5
    expect(nested(losses)).toEqual([12.5, 0]);
  });

  it('is finite at ±1e8', () => {
    const losses = blank([1]);
    kernels.pointwiseLoss('squaredError', cell([[1e8]]), cell([[-1e8]]), losses)();
    expect(losses.get(0) / 2e16).toBeCloseTo(1, 6);
  });

  it('of an empty minibatch is empty', () => {
    const losses = blank([0]);
    kernels.pointwiseLoss('squaredError', blank([0, 3]), blank([0, 3]), losses)();
    expect(nested(losses)).toEqual([]);
  });
});

describe.each(kernelsUnderTest)('squaredErrorGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(under.layouts)('matrices that lie %s', (layout) => {
    it('is factor · (output − target)', () => {
      const sink = blank([2, 2], layout);
      kernels.pointwiseLossGradient(
        'squaredError',
        cell(rows([1, 2], [0, 0]), layout),
        cell(rows([4, -2], [0, 1]), layout),
        { tensor: sink, beta: 0 },
        0.5,
      )();
      expect(nested(sink)).toEqual(rows([-1.5, 2], [0, -0.5]));
    });

    it('adds with beta 1', () => {
      const sink = cell([[10, 20]], layout);
      kernels.pointwiseLossGradient(
        'squaredError',
        cell([[1, 2]], layout),
        cell([[4, -2]], layout),
        { tensor: sink, beta: 1 },
        2,
      )();
      expect(nested(sink)).toEqual([[4, 28]]);
    });
  });

  it('is the difference at ±1e8', () => {
    const sink = blank([1, 2]);
    kernels.pointwiseLossGradient(
      'squaredError',
      cell([[1e8, -1e8]]),
      cell([[-1e8, -1e8]]),
      { tensor: sink, beta: 0 },
      1,
    )();
    expect(nested(sink)).toEqual([[2e8, 0]]);
  });

  it('of an empty minibatch is empty', () => {
    const sink = blank([0, 3]);
    kernels.pointwiseLossGradient(
      'squaredError',
      blank([0, 3]),
      blank([0, 3]),
      { tensor: sink, beta: 0 },
      1,
    )();
    expect(nested(sink)).toEqual([]);
  });
});

describe.each(kernelsUnderTest)('mean, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('of 1, 2, 3, 6 that lie %s is 3', (layout) => {
    expect(kernels.mean(cell([1, 2, 3, 6], layout))()).toBe(3);
  });

  it('of one element is the element', () => {
    expect(kernels.mean(cell([-7]))()).toBe(-7);
  });

  it('of ±1e8 is finite', () => {
    expect(kernels.mean(cell([1e8, 1e8, -1e8, -1e8]))()).toBe(0);
  });

  it('of nothing is NaN', () => {
    expect(kernels.mean(blank([0]))()).toBeNaN();
  });
});
