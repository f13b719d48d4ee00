import type { Regularizer } from '@fluxion/graph';
import { arena, elements, OptionError, referenceKernels, type Tensor, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { l1, l2, sum } from './regularizers.js';

const kernels = referenceKernels(arena('float64'));

/** Ω(W). */
function penaltyOf(weight: Tensor, regularizer: Regularizer): number {
  return kernels.penalty(weight, regularizer)();
}

/** ∇Ω(W), added to a gradient of the loss that is 0. */
function gradientOf(weight: Tensor, regularizer: Regularizer): number[] {
  const sink = {
    tensor: tensor(new Float64Array(weight.size).fill(Number.NaN), weight.shape),
    beta: 0,
  } as const;
  const loss = { form: 'dense', tensor: tensor(new Float64Array(weight.size), weight.shape) } as const;
  kernels.writeGradient(weight, loss, regularizer, sink)();
  return [...elements(sink.tensor)];
}

const weight = tensor([1, -2, 0, 0.5], [2, 2]);

describe('l2', () => {
  it('is λ Σ W²', () => {
    expect(penaltyOf(weight, l2(2))).toBe(10.5);
  });

  it('has the gradient 2λW', () => {
    expect(gradientOf(weight, l2(2))).toEqual([4, -8, 0, 2]);
  });
});

describe('l1', () => {
  it('is λ Σ |W|', () => {
    expect(penaltyOf(weight, l1(2))).toBe(7);
  });

  it('has the gradient λ sign(W), and 0 at its kink', () => {
    expect(gradientOf(weight, l1(2))).toEqual([2, -2, 0, 2]);
    expect(gradientOf(tensor([-0], [1, 1]), l1(2))[0]).toBeCloseTo(0);
  });
});

describe.each([
  ['l1', l1],
  ['l2', l2],
])('%s', (name, regularizer) => {
  it('counts nothing at λ = 0', () => {
    expect(penaltyOf(weight, regularizer(0))).toBe(0);
    expect(gradientOf(weight, regularizer(0))).toEqual([0, 0, 0, 0]);
  });

  it('is finite at weights of ±1e8, and 0 at 0', () => {
    const large = tensor([1e8, -1e8], [1, 2]);
    expect(penaltyOf(large, regularizer(1e-5))).toSatisfy(Number.isFinite);
    expect(gradientOf(large, regularizer(1e-5)).every(Number.isFinite)).toBe(true);
    expect(penaltyOf(tensor([0], [1, 1]), regularizer(1))).toBe(0);
  });

  it.each([-1e-9, Number.NaN, Number.POSITIVE_INFINITY])('refuses λ = %d', (lambda) => {
    expect(() => regularizer(lambda)).toThrow(
      new OptionError(`${name} lambda: expected a number from 0, got ${lambda}; give such a number, as 1e-5`),
    );
  });
});

describe('sum', () => {
  const lambda = fc.double({ noNaN: true, min: 0, max: 10 });

  it('adds the penalties and the gradients of its parts', () => {
    fc.assert(
      fc.property(lambda, lambda, (a, b) => {
        const both = sum(l1(a), l2(b));
        expect(penaltyOf(weight, both)).toBeCloseTo(penaltyOf(weight, l1(a)) + penaltyOf(weight, l2(b)), 12);
        gradientOf(weight, both).forEach((value, i) => {
          const parts = gradientOf(weight, l1(a))[i] + gradientOf(weight, l2(b))[i];
          expect(value).toBeCloseTo(parts, 12);
        });
      }),
    );
  });

  it('takes any number of parts: none counts nothing, two of a kind count as one', () => {
    expect(sum()).toEqual({ l1: 0, l2: 0 });
    expect(sum(l2(1), l2(0.5), l1(3))).toEqual({ l1: 3, l2: 1.5 });
    expect(sum(sum(l1(1)), sum(l2(2)))).toEqual({ l1: 1, l2: 2 });
  });
});
