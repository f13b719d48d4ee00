import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrices, penalties } from '../../test/arbitraries.js';
import { dense, NONE } from '../../test/gradients.js';
import { type KernelsUnderTest, kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { nested, rows } from '../../test/nested.js';
import type { Gradient } from '../index.js';

describe.each(kernelsUnderTest)('sgd, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it('is θ ← θ − α·g', () => {
    const value = cell(rows([1, 2], [3, 4]));
    kernels.sgd(value, dense(cell(rows([4, -4], [0, 8]))), NONE)(0.25, 1);
    expect(nested(value)).toEqual(rows([0, 3], [3, 2]));
  });

  it('is θ ← θ − α·(g + ∇Ω(θ)), with Ω of the weights before the step', () => {
    const value = cell([2, -2, 0]);
    kernels.sgd(value, dense(cell([1, 1, 1])), { l1: 1, l2: 0.5 })(0.5, 1);
    // 2 − ½(1 + 1 + 2), −2 − ½(1 − 1 − 2), 0 − ½·1
    expect(nested(value)).toEqual([0, -1, -0.5]);
  });

  it('takes the learning rate of each call, and the gradient and the weights as they are then', () => {
    const value = cell([1]);
    const gradient = cell([1]);
    const update = kernels.sgd(value, dense(gradient), NONE);
    update(0.5, 1);
    gradient.set(0, 2);
    update(0.25, 2);
    update(0, 3);
    expect(nested(value)).toEqual([0]);
  });

  it('applies the factors of a gradient: θ ← θ − α·inputᵀ·dOutput', () => {
    const value = cell(rows([1, 1], [1, 1], [1, 1]));
    const gradient: Gradient = {
      form: 'factored',
      pairs: [{ input: cell([[1, 0, 2]]), dOutput: cell([[2, 4]]) }],
    };
    kernels.sgd(value, gradient, NONE)(0.5, 1);
    expect(nested(value)).toEqual(rows([0, -1], [1, 1], [-1, -3]));
  });

  it('leaves the weights as they are after an empty minibatch', () => {
    const value = cell([[1, 2]]);
    kernels.sgd(
      value,
      { form: 'factored', pairs: [{ input: blank([0, 1]), dOutput: blank([0, 2]) }] },
      NONE,
    )(0.5, 1);
    expect(nested(value)).toEqual([[1, 2]]);
  });

  it('steps as far with factors as with their product written out, with and without a regularizer', () => {
    fc.assert(
      fc.property(
        matrices(2, 3),
        matrices(2, 4),
        matrices(3, 4),
        penalties,
        (input, dOutput, value, omega) => {
          const pair = { input: cell(input), dOutput: cell(dOutput) };
          const factored: Gradient = { form: 'factored', pairs: [pair] };
          const product = blank([3, 4]);
          kernels.matmul(pair.input.transpose(1, 0), pair.dOutput, { tensor: product, beta: 0 })();
          for (const penalty of [NONE, omega]) {
            const stepped = [factored, dense(product)].map((gradient) => {
              const weights = cell(value);
              kernels.sgd(weights, gradient, penalty)(0.25, 1);
              return nested(weights);
            });
            expect(stepped[0]).toEqual(stepped[1]);
          }
        },
      ),
    );
  });
});

describe.each(kernelsUnderTest)('momentum, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);
  const half = { momentum: 0.5 };

  it('is v ← μv + g; θ ← θ − αv', () => {
    const value = cell([1, 10]);
    const gradient = cell([1, 4]);
    const velocity = cell([0, 0]);
    const update = kernels.update('momentum', value, dense(gradient), NONE, { velocity }, half);
    // v = 1, 4; θ = 1 − ½·1, 10 − ½·4
    update(0.5, 1);
    expect(nested(velocity)).toEqual([1, 4]);
    expect(nested(value)).toEqual([0.5, 8]);
    // g = 1, −2: v = ½·1 + 1, ½·4 − 2; θ = ½ − ½·1½, 8 − ½·0
    gradient.set(1, -2);
    update(0.5, 2);
    expect(nested(velocity)).toEqual([1.5, 0]);
    expect(nested(value)).toEqual([-0.25, 8]);
  });

  it("is θ ← θ − α(g + μv) with Nesterov's", () => {
    const value = cell([1, 10]);
    const gradient = cell([1, 4]);
    const velocity = cell([0, 0]);
    const update = kernels.update('nesterov', value, dense(gradient), NONE, { velocity }, half);
    // v = 1, 4; θ = 1 − ½(1 + ½), 10 − ½(4 + 2)
    update(0.5, 1);
    expect(nested(velocity)).toEqual([1, 4]);
    expect(nested(value)).toEqual([0.25, 7]);
    // g = 1, −2: v = 1½, 0; θ = ¼ − ½(1 + ¾), 7 − ½(−2 + 0)
    gradient.set(1, -2);
    update(0.5, 2);
    expect(nested(velocity)).toEqual([1.5, 0]);
    expect(nested(value)).toEqual([-0.625, 8]);
  });

  it('takes ∇Ω into the velocity', () => {
    const value = cell([2]);
    const velocity = cell([0]);
    kernels.update('momentum', value, dense(cell([1])), { l1: 1, l2: 0.5 }, { velocity }, half)(0.5, 1);
    expect(nested(velocity)).toEqual([4]);
    expect(nested(value)).toEqual([0]);
  });

  it('applies the factors of a gradient as their product', () => {
    const value = cell([[1, 1]]);
    const velocity = cell([[0, 0]]);
    const gradient: Gradient = { form: 'factored', pairs: [{ input: cell([[2]]), dOutput: cell([[1, 3]]) }] };
    kernels.update('momentum', value, gradient, NONE, { velocity }, half)(0.5, 1);
    expect(nested(velocity)).toEqual([[2, 6]]);
    expect(nested(value)).toEqual([[0, -2]]);
  });

  it.each(['momentum', 'nesterov'] as const)('of 0 is sgd, by the rule %s', (rule) => {
    fc.assert(
      fc.property(matrices(2, 3), matrices(2, 3), penalties, (value, gradient, penalty) => {
        const withMomentum = cell(value);
        const without = cell(value);
        const velocity = blank([2, 3]);
        velocity.data.fill(0);
        const options = { momentum: 0 };
        kernels.update(rule, withMomentum, dense(cell(gradient)), penalty, { velocity }, options)(0.25, 1);
        kernels.sgd(without, dense(cell(gradient)), penalty)(0.25, 1);
        expect(nested(withMomentum)).toEqual(nested(without));
      }),
    );
  });
});

describe.each(kernelsUnderTest)('updates, $name in $dtype', (under) => {
  const { kernels, cell } = workbench(under);

  it('change a parameter that is a part of a tensor, and nothing beside it', () => {
    const whole = cell(rows([1, 2], [3, 4], [5, 6]));
    kernels.sgd(whole.lo(1, 0).hi(1, 2), dense(cell([[1, 1]])), { l1: 0, l2: 0.5 })(1, 1);
    expect(nested(whole)).toEqual(rows([1, 2], [-1, -1], [5, 6]));
  });
});

describe('updates of the reference kernels', () => {
  const { kernels, cell } = workbench(kernelsUnderTest[0] as KernelsUnderTest);

  it('refuse a parameter with gaps when they are bound', () => {
    const value = cell(rows([1, 2], [3, 4])).transpose(1, 0);
    expect(() => kernels.sgd(value, dense(value), NONE)).toThrow(
      new TypeError('reference kernels: a parameter must be contiguous'),
    );
  });
});
