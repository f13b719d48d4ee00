import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dense, NONE } from '../../test/gradients.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, nested } from '../../test/nested.js';
import type { Gradient } from '../index.js';

describe.each(kernelsUnderTest)('adam, $name in $dtype', (under) => {
  const { kernels, cell } = workbench(under);
  const options = { beta1: 0.5, beta2: 0.75, epsilon: 1 };

  it('corrects the bias of both moments: two steps by hand', () => {
    const value = cell([1, 1]);
    const gradient = cell([2, 2]);
    const moment1 = cell([0, 0]);
    const moment2 = cell([0, 0]);
    const update = kernels.update('adam', value, dense(gradient), NONE, { moment1, moment2 }, options);

    // m = ½·2 = 1, m̂ = 1/(1 − ½) = 2; v = ¼·4 = 1, v̂ = 1/(1 − ¾) = 4; θ = 1 − 0.3·2/(√4 + 1)
    update(0.3, 1);
    expect(nested(moment1)).toEqual([1, 1]);
    expect(nested(moment2)).toEqual([1, 1]);
    expectNear(value, [0.8, 0.8], under.tolerance);

    // g = 2: m = ½ + 1, m̂ = 1½/(1 − ¼) = 2; v = ¾ + 1, v̂ = 1¾/(1 − 9/16) = 4; θ = 0.8 − 0.3·2/3
    // g = 5: m = ½ + 2½, m̂ = 3/¾ = 4; v = ¾ + 6¼, v̂ = 7/(7/16) = 16; θ = 0.8 − 0.3·4/(4 + 1)
    gradient.set(1, 5);
    update(0.3, 2);
    expect(nested(moment1)).toEqual([1.5, 3]);
    expect(nested(moment2)).toEqual([1.75, 7]);
    expectNear(value, [0.6, 0.56], under.tolerance);
  });

  it('takes the count of steps as it is told, so that training goes on where it stopped', () => {
    const value = cell([0.8]);
    const [moment1, moment2] = [cell([1]), cell([1])];
    kernels.update('adam', value, dense(cell([5])), NONE, { moment1, moment2 }, options)(0.3, 2);
    expectNear(value, [0.56], under.tolerance);
  });

  it('takes ∇Ω into both moments', () => {
    const value = cell([1]);
    const [moment1, moment2] = [cell([0]), cell([0])];
    // g = ½ + ½·1 + 2·½·1 = 2: the first step above
    kernels.update(
      'adam',
      value,
      dense(cell([0.5])),
      { l1: 0.5, l2: 0.5 },
      { moment1, moment2 },
      options,
    )(0.3, 1);
    expect(nested(moment1)).toEqual([1]);
    expect(nested(moment2)).toEqual([1]);
    expectNear(value, [0.8], under.tolerance);
  });

  it('applies the factors of a gradient as their product', () => {
    const value = cell([[1], [1]]);
    const [moment1, moment2] = [cell([[0], [0]]), cell([[0], [0]])];
    const gradient: Gradient = { form: 'factored', pairs: [{ input: cell([[2, 0]]), dOutput: cell([[1]]) }] };
    kernels.update('adam', value, gradient, NONE, { moment1, moment2 }, options)(0.3, 1);
    expectNear(value, [[0.8], [1]], under.tolerance);
  });

  it('steps first by α·sign(g) as ε vanishes, however large the gradient', () => {
    const usual = { beta1: 0.9, beta2: 0.999, epsilon: 1e-16 };
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.constantFrom(1, -1), (size, sign) => {
        const value = cell([0]);
        const [moment1, moment2] = [cell([0]), cell([0])];
        kernels.update('adam', value, dense(cell([sign * size])), NONE, { moment1, moment2 }, usual)(0.01, 1);
        expect(value.get(0) / (-0.01 * sign)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('stays where it is while the gradient is 0: ε keeps the quotient finite', () => {
    const value = cell([1]);
    const [moment1, moment2] = [cell([0]), cell([0])];
    kernels.update(
      'adam',
      value,
      dense(cell([0])),
      NONE,
      { moment1, moment2 },
      { ...options, epsilon: 1e-8 },
    )(0.3, 1);
    expect(nested(value)).toEqual([1]);
  });
});
