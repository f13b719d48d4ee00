import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrices, penalties } from '../../test/arbitraries.js';
import { dense, NONE } from '../../test/gradients.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, nested, rows } from '../../test/nested.js';
import type { Gradient } from '../index.js';

describe.each(kernelsUnderTest)('penalty, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('is l1·Σ|W| + l2·ΣW², of weights that lie %s', (layout) => {
    const weights = cell(rows([1, -2], [3, 0]), layout);
    expect(kernels.penalty(weights, { l1: 0.5, l2: 0 })()).toBe(3);
    expect(kernels.penalty(weights, { l1: 0, l2: 0.25 })()).toBe(3.5);
    expect(kernels.penalty(weights, { l1: 0.5, l2: 0.25 })()).toBe(6.5);
  });

  it('is 0 of strength 0, and of weights that are 0 or none', () => {
    expect(kernels.penalty(cell([[1, -2]]), NONE)()).toBe(0);
    expect(kernels.penalty(cell([[0, 0]]), { l1: 1, l2: 1 })()).toBe(0);
    expect(kernels.penalty(blank([0, 2]), { l1: 1, l2: 1 })()).toBe(0);
  });

  it('is finite at ±1e8', () => {
    expect(kernels.penalty(cell([[1e8, -1e8]]), { l1: 1, l2: 0 })()).toBe(2e8);
    expect(kernels.penalty(cell([[1e8, -1e8]]), { l1: 0, l2: 1 })() / 2e16).toBeCloseTo(1, 6);
  });

  it('is measured at each call', () => {
    const weights = cell([2]);
    const omega = kernels.penalty(weights, { l1: 0, l2: 1 });
    expect(omega()).toBe(4);
    weights.set(0, -3);
    expect(omega()).toBe(9);
  });
});

describe.each(kernelsUnderTest)('writeGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank, labels } = workbench(under);

  it('writes factor · gradient + l1·sign(W) + 2·l2·W, with sign(0) = 0', () => {
    const sink = blank([2, 2]);
    const value = cell(rows([1, -2], [0, 3]));
    const gradient = dense(cell(rows([10, 20], [30, 40])));
    kernels.writeGradient(value, gradient, { l1: 0.5, l2: 0.25 }, { tensor: sink, beta: 0 }, 2)();
    // 20 + ½ + ½, 40 − ½ − 1, 60, 80 + ½ + 1½
    expect(nested(sink)).toEqual(rows([21, 38.5], [60, 82]));
  });

  it('multiplies out the factors: inputᵀ · dOutput', () => {
    const sink = blank([3, 2]);
    const gradient: Gradient = {
      form: 'factored',
      pairs: [{ input: cell([[1, 0, 2]]), dOutput: cell([[10, 20]]) }],
    };
    kernels.writeGradient(cell(rows([1, 1], [1, 1], [1, 1])), gradient, NONE, { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual(rows([10, 20], [0, 0], [20, 40]));
  });

  it('adds with beta 1', () => {
    const value = cell([[1, -1]]);
    const sums = cell([[100, 200]]);
    const sink = { tensor: sums, beta: 1 } as const;
    kernels.writeGradient(value, dense(cell([[1, 2]])), { l1: 1, l2: 0 }, sink, 3)();
    expect(nested(sums)).toEqual([[104, 205]]);
    const factored: Gradient = { form: 'factored', pairs: [{ input: cell([[2]]), dOutput: cell([[5, 7]]) }] };
    kernels.writeGradient(value, factored, { l1: 0, l2: 1 }, sink)();
    expect(nested(sums)).toEqual([[104 + 10 + 2, 205 + 14 - 2]]);
  });

  it('adds the products of several pairs of factors', () => {
    const sink = cell(rows([1, 1], [1, 1]));
    const pairs = [
      { input: cell([[1, 2]]), dOutput: cell([[10, 20]]) },
      { input: cell(rows([1, 0], [0, 1])), dOutput: cell(rows([3, 4], [5, 6])) },
    ];
    const value = cell(rows([0, 0], [0, 0]));
    kernels.writeGradient(value, { form: 'factored', pairs }, NONE, { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual(rows([13, 24], [25, 46]));
    kernels.writeGradient(value, { form: 'factored', pairs }, NONE, { tensor: sink, beta: 1 }, -1)();
    expect(nested(sink)).toEqual(rows([0, 0], [0, 0]));
  });

  it('adds rows to those that their indices name, and none for a negative index', () => {
    const sink = blank([3, 2]);
    const gradient: Gradient = {
      form: 'rows',
      indices: labels([2, -1, 0, 2]),
      rows: cell(rows([1, 2], [9, 9], [3, 4], [5, 6])),
    };
    const value = cell(rows([1, 0], [0, 1], [0, 0]));
    kernels.writeGradient(value, gradient, { l1: 0, l2: 0.5 }, { tensor: sink, beta: 0 }, 10)();
    expect(nested(sink)).toEqual(rows([31, 40], [0, 1], [60, 80]));
  });

  it('takes a minibatch of none for a gradient of 0', () => {
    const sink = blank([2, 2]);
    const gradient: Gradient = {
      form: 'factored',
      pairs: [{ input: blank([0, 2]), dOutput: blank([0, 2]) }],
    };
    kernels.writeGradient(cell(rows([1, 2], [3, 4])), gradient, NONE, { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual(rows([0, 0], [0, 0]));
  });

  it('leaves the value and the gradient as they are', () => {
    const value = cell([3]);
    const gradient = cell([5]);
    kernels.writeGradient(value, dense(gradient), { l1: 1, l2: 1 }, { tensor: blank([1]), beta: 0 })();
    expect(nested(value)).toEqual([3]);
    expect(nested(gradient)).toEqual([5]);
  });

  it('writes the same for factors as for their product written out', () => {
    const factor = fc.constantFrom(1, 2, -0.5);
    fc.assert(
      fc.property(
        matrices(3, 4),
        matrices(3, 2),
        matrices(4, 2),
        penalties,
        factor,
        (input, dOutput, value, omega, by) => {
          const pair = { input: cell(input), dOutput: cell(dOutput) };
          const factored: Gradient = { form: 'factored', pairs: [pair] };
          const product = blank([4, 2]);
          kernels.matmul(pair.input.transpose(1, 0), pair.dOutput, { tensor: product, beta: 0 })();
          const written = [factored, dense(product)].map((gradient) => {
            const sink = blank([4, 2]);
            kernels.writeGradient(cell(value), gradient, omega, { tensor: sink, beta: 0 }, by)();
            return nested(sink);
          });
          expect(written[0]).toEqual(written[1]);
        },
      ),
    );
  });

  it('adds the numeric gradient of Ω', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 4, noNaN: true }), fc.constantFrom(1, -1), (size, sign) => {
        const value = cell([size * sign]);
        const omega = { l1: 0.5, l2: 0.25 };
        const sink = blank([1]);
        kernels.writeGradient(value, dense(cell([0])), omega, { tensor: sink, beta: 0 })();
        const at = (w: number): number => omega.l1 * Math.abs(w) + omega.l2 * w * w;
        const w = value.get(0);
        expectNear(sink, [(at(w + 1e-6) - at(w - 1e-6)) / 2e-6], Math.max(under.tolerance, 1e-8));
      }),
    );
  });
});
