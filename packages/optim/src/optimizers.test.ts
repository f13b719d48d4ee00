import { readFileSync } from 'node:fs';
import { arena, OptionError, referenceKernels, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { descend, weight } from '../test/descend.js';
import type { Optimizer } from './optimizer.js';
import * as optimizers from './optimizers.js';
import {
  type AdamOptions,
  adadelta,
  adagrad,
  adam,
  adamW,
  amsgrad,
  ftrl,
  lamb,
  lion,
  nadam,
  rmsprop,
} from './optimizers.js';
import { sgd } from './sgd.js';

const factories = { ...optimizers, sgd };

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

/** Where PyTorch's optimizers go in float64; tools/fixtures/optimizers.py writes the file. */
const pytorch = JSON.parse(
  readFileSync(new URL('../test/pytorch/optimizers.json', import.meta.url), 'utf8'),
) as {
  start: number[];
  curvature: number[];
  shown: number[];
  cases: { optimizer: keyof typeof factories; options: object; weights: number[][] }[];
};

describe.each(pytorch.cases)('$optimizer with $options', ({ optimizer, options, weights }) => {
  it("takes 1,000 updates as PyTorch's does", () => {
    const { start, curvature, shown } = pytorch;
    const gradient = (values: readonly number[], t: number): number[] =>
      values.map((value, i) => curvature[i] * value + 0.3 * Math.sin(0.7 * t + i));
    const trajectory = descend(
      (factories[optimizer] as (options: object) => Optimizer)(options),
      start,
      gradient,
      1000,
    );
    shown.forEach((updates, k) => {
      weights[k].forEach((weight, i) => {
        const error = Math.abs(trajectory[updates - 1][i] - weight);
        expect(error, `weight ${i} after ${updates} updates`).toBeLessThanOrEqual(
          1e-10 * Math.max(1, Math.abs(weight)),
        );
      });
    });
  });
});

describe('lion', () => {
  it('moves by α against the sign of the mean and the gradient: two updates by hand', () => {
    const optimizer = lion({ learningRate: 0.1, beta1: 0.5, beta2: 0.75, weightDecay: 0.5 });
    const gradients = [
      [2, -1, 0],
      [-1, -1, 0],
    ];
    const [first, second] = descend(optimizer, [1, 1, 0], (_, t) => gradients[t], 2);
    // θ = 1 − 0.05 ∓ 0.1; m = ½, −¼, 0
    expectSame([first], [[0.85, 1.05, 0]]);
    // ½·½ − ½ < 0, −⅛ − ½ < 0: θ = 0.85·0.95 + 0.1, 1.05·0.95 + 0.1
    expectSame([second], [[0.9075, 1.0975, 0]]);
  });
});

describe('lamb', () => {
  it('moves by α·‖θ‖ along the direction of Adam with decay', () => {
    const optimizer = lamb({ learningRate: 0.1, weightDecay: 0, epsilon: 1e-12 });
    // Adam's first direction is the sign of the gradient: r = [1, −1], ‖θ‖ = 5, ‖r‖ = √2
    const [first] = descend(optimizer, [3, 4], () => [7, -2], 1) as [number[]];
    expect(first[0]).toBeCloseTo(3 - 0.5 / Math.SQRT2, 10);
    expect(first[1]).toBeCloseTo(4 + 0.5 / Math.SQRT2, 10);
  });

  it('moves by α·r where the weights are 0', () => {
    expect(descend(lamb({ learningRate: 0.1, epsilon: 1e-12 }), [0, 0], () => [7, 0], 1)[0]?.[0]).toBeCloseTo(
      -0.1,
      10,
    );
  });
});

describe('ftrl', () => {
  it('takes two updates as by hand', () => {
    const optimizer = ftrl({ learningRate: 0.5, beta: 1, l1: 0.5, l2: 1 });
    const [first, second] = descend(
      optimizer,
      [0, 0],
      (_, t) =>
        [
          [2, 0.25],
          [-1, 0.5],
        ][t],
      2,
    );
    // z = 2: −1½/((1 + 2)/½ + 1); |z| = ¼ ≤ l1
    expectSame([first], [[-1.5 / 7, 0]]);
    // σ = 2(√5 − 2), z = 2 − 1 + σ·1½/7; σ = …, z = ¾, θ = −¼/((1 + √(5/16))/½ + 1)
    const z = 1 + (2 * (Math.sqrt(5) - 2) * 1.5) / 7;
    expectSame(
      [second],
      [[-(z - 0.5) / ((1 + Math.sqrt(5)) / 0.5 + 1), -0.25 / (2 * (1 + Math.sqrt(5 / 16)) + 1)]],
    );
  });

  it('goes on from weights that are not 0', () => {
    const [first] = descend(ftrl({ learningRate: 0.1, l1: 0.1, l2: 0.1 }), [2, -3], () => [1e-6, 0], 1) as [
      number[],
    ];
    expect(first[0]).toBeCloseTo(2, 5);
    expect(first[1]).toBe(-3);
  });

  it('makes a weight 0 that no gradient holds up', () => {
    const gradient = ([value]: readonly number[]): number[] => [0.01 * Math.sign(value)];
    const values = descend(ftrl({ learningRate: 0.5, l1: 1 }), [0], gradient, 100);
    expect(values.at(-1)).toEqual([0]);
  });

  it('refuses a learning rate of 0 on the way', () => {
    expect(() => descend(ftrl({ learningRate: (t) => 1 - t }), [0], () => [1], 2)).toThrow(
      new OptionError(
        'ftrl learningRate: expected a positive number at every update, got 0; give one, as 0.1',
      ),
    );
  });
});

describe('what an optimizer is by default', () => {
  it('is its learning rate and its states', () => {
    const made = { adamW, amsgrad, nadam, rmsprop, adagrad, adadelta, lamb, lion, ftrl };
    expect(
      Object.values(made).map((make) => [
        make().kind,
        make().learningRate(0),
        Object.keys(make().stateShapes(weight)),
      ]),
    ).toEqual([
      ['adamW', 0.001, ['moment1', 'moment2']],
      ['amsgrad', 0.001, ['moment1', 'moment2', 'maximum']],
      ['nadam', 0.002, ['moment1', 'moment2']],
      ['rmsprop', 0.01, ['square']],
      ['adagrad', 0.01, ['sum']],
      ['adadelta', 1, ['square', 'step']],
      ['lamb', 0.001, ['moment1', 'moment2']],
      ['lion', 0.0001, ['moment']],
      ['ftrl', 0.1, ['linear', 'sum']],
    ]);
    expect(rmsprop({ centred: true }).kind).toBe('centredRmsprop');
  });

  it('decays weights and not biases', () => {
    const bias = { ...weight, regularized: false };
    const zeros = { form: 'dense', tensor: tensor(new Float64Array(6), [2, 3]) } as const;
    for (const optimizer of [
      adamW({ learningRate: 1, weightDecay: 0.5 }),
      lion({ learningRate: 1, weightDecay: 0.5 }),
    ]) {
      const moved = [weight, bias].map((parameter) => {
        const value = tensor(new Float64Array(6).fill(1), [2, 3]);
        const state = Object.fromEntries(
          Object.keys(optimizer.stateShapes(parameter)).map((name) => [
            name,
            tensor(new Float64Array(6), [2, 3]),
          ]),
        );
        optimizer.bind(
          referenceKernels(arena('float64')),
          { parameter: { ...parameter, value }, gradient: zeros, penalty: { l1: 0, l2: 0 } },
          state,
        )(1, 1);
        return value.get(0, 0);
      });
      expect(moved).toEqual([0.5, 1]);
    }
  });
});
