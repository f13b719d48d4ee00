import { OptionError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { descend, weight } from '../test/descend.js';
import { type AdamOptions, adam } from './optimizers.js';

const curvatures = [1, 10, 0.1];
const quadratic = (values: readonly number[]): number[] => values.map((v, i) => v * curvatures[i]);

/** Algorithm 1 of Kingma and Ba, line by line, in plain loops. */
function algorithm1(
  { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions,
  start: readonly number[],
  gradient: (values: readonly number[], t: number) => readonly number[],
  updates: number,
): number[][] {
  const theta = [...start];
  const m = start.map(() => 0);
  const v = start.map(() => 0);
  const trajectory: number[][] = [];
  for (let t = 1; t <= updates; t++) {
    const g = gradient(theta, t - 1);
    for (let i = 0; i < theta.length; i++) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2;
      const mHat = m[i] / (1 - beta1 ** t);
      const vHat = v[i] / (1 - beta2 ** t);
      theta[i] = theta[i] - ((learningRate as number) * mHat) / (Math.sqrt(vHat) + epsilon);
    }
    trajectory.push([...theta]);
  }
  return trajectory;
}

/** Expects two trajectories to agree to a relative error of 1e-12. */
function expectSame(actual: number[][], expected: number[][]): void {
  expect(actual.length).toBe(expected.length);
  expected.flat().forEach((value, i) => {
    expect(Math.abs(actual.flat()[i] - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(value)));
  });
}

const variants: Record<string, AdamOptions> = {
  'with the defaults': {},
  'with a learning rate': { learningRate: 0.05 },
  'with other decay rates': { learningRate: 0.05, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 },
  'without memory': { learningRate: 0.05, beta1: 0, beta2: 0 },
};

describe.each(Object.entries(variants))('adam %s', (_, options) => {
  it('takes the steps of algorithm 1', () => {
    const gradient = (values: readonly number[], t: number): number[] =>
      values.map((value, i) => Math.sin(value + i) + 0.1 * Math.cos(t));
    const start = [1, -2, 0.5, 0];
    expectSame(descend(adam(options), start, gradient, 100), algorithm1(options, start, gradient, 100));
  });
});

describe('adam', () => {
  it('first moves by α against the sign of the gradient, however large that is', () => {
    const [first] = descend(adam({ learningRate: 0.5 }), [0, 0, 0], () => [1e8, -3, 1e-3], 1) as [number[]];
    expect(first[0]).toBeCloseTo(-0.5, 12);
    expect(first[1]).toBeCloseTo(0.5, 8);
    expect(first[2]).toBeCloseTo(-0.5, 5);
  });

  it('adds ε to the root of the corrected second moment', () => {
    // m̂ = 1, √v̂ = 1: the step is α/(1 + ε)
    expect(descend(adam({ learningRate: 1, epsilon: 1 }), [0], () => [1], 1)[0]?.[0]).toBeCloseTo(-0.5, 14);
  });

  it('moves by α at every update while the gradient stays the same', () => {
    descend(adam({ learningRate: 0.1, epsilon: 1e-30 }), [0], () => [7], 20).forEach(([value], t) => {
      expect(value).toBeCloseTo(-0.1 * (t + 1), 12);
    });
  });

  it('stays where it is with gradients of 0', () => {
    expect(descend(adam(), [3, -4], () => [0, 0], 3)).toEqual([
      [3, -4],
      [3, -4],
      [3, -4],
    ]);
  });

  it('descends a quadratic to its least value with a rate that decreases', () => {
    const optimizer = adam({ learningRate: 0.1, decreaseConstant: 0.01 });
    const [last] = descend(optimizer, [1, -1, 1], quadratic, 3000).slice(-1) as [number[]];
    for (const value of last) expect(Math.abs(value)).toBeLessThan(1e-6);
  });

  it('adds λ∇Ω to the gradient before the moments', () => {
    const gradient = (values: readonly number[]): number[] =>
      values.map((value) => 1 + 0.25 * Math.sign(value) + 2 * 0.5 * value);
    const penalised = descend(adam({ learningRate: 0.1 }), [1, -2], () => [1, 1], 20, { l1: 0.25, l2: 0.5 });
    expectSame(penalised, algorithm1({ learningRate: 0.1 }, [1, -2], gradient, 20));
  });

  it('keeps two moments, and learns at 0.001 unless told otherwise', () => {
    expect(adam().stateShapes(weight)).toEqual({ moment1: [2, 3], moment2: [2, 3] });
    expect(adam().learningRate(1000)).toBe(0.001);
    expect(adam({ learningRate: 0.2, decreaseConstant: 1 }).learningRate(1)).toBe(0.1);
  });

  it.each([
    ['beta1', -0.1, 0.9],
    ['beta1', 1, 0.9],
    ['beta2', Number.NaN, 0.999],
    ['beta2', 1.5, 0.999],
  ])('refuses %s = %d', (name, beta, usual) => {
    expect(() => adam({ [name]: beta })).toThrow(
      new OptionError(`adam ${name}: expected a number in [0, 1), got ${beta}; give one, as ${usual}`),
    );
  });

  it.each([0, -1e-8, Number.NaN])('refuses epsilon = %d', (epsilon) => {
    expect(() => adam({ epsilon })).toThrow(
      new OptionError(`adam epsilon: expected a positive number, got ${epsilon}; give one, as 1e-8`),
    );
  });

  it('refuses a learning rate or decrease constant that is none', () => {
    expect(() => adam({ learningRate: 0 })).toThrow(
      new OptionError('adam learningRate: expected a positive number, got 0; give one, as 0.01'),
    );
    expect(() => adam({ decreaseConstant: -1 })).toThrow(
      new OptionError('adam decreaseConstant: expected a number from 0, got -1; give one, as 1e-6'),
    );
  });

  it('refuses an option that is none', () => {
    // @ts-expect-error: no such option
    expect(() => adam({ beta_1: 0.8 })).toThrow(
      new OptionError(
        "adam: expected learningRate, decreaseConstant, beta1, beta2, epsilon, got 'beta_1'; did you mean 'beta1'?",
      ),
    );
  });
});
