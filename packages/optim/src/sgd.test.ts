import { arena, elements, OptionError, referenceKernels, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { descend, weight } from '../test/descend.js';
import { type SgdOptions, sgd } from './sgd.js';

/** The gradient of ½ Σ cᵢθᵢ², whose least value is at 0. */
const curvatures = [1, 5, 0.5];
const quadratic = (values: readonly number[]): number[] => values.map((v, i) => v * curvatures[i]);

/** SGD as its papers write it, in plain loops. */
function plainSgd(
  { learningRate, decreaseConstant = 0, momentum = 0, nesterov = false }: SgdOptions,
  start: readonly number[],
  gradient: (values: readonly number[], t: number) => readonly number[],
  updates: number,
): number[][] {
  const values = [...start];
  const velocity = start.map(() => 0);
  const trajectory: number[][] = [];
  for (let t = 0; t < updates; t++) {
    const alpha = (learningRate as number) / (1 + decreaseConstant * t);
    const g = gradient(values, t);
    for (let i = 0; i < values.length; i++) {
      velocity[i] = momentum * velocity[i] + g[i];
      const direction = nesterov ? g[i] + momentum * velocity[i] : velocity[i];
      values[i] -= alpha * direction;
    }
    trajectory.push([...values]);
  }
  return trajectory;
}

const variants: Record<string, SgdOptions> = {
  plain: { learningRate: 0.1 },
  'with a decrease constant': { learningRate: 0.1, decreaseConstant: 1e-3 },
  'with momentum': { learningRate: 0.02, momentum: 0.9 },
  "with Nesterov's momentum": { learningRate: 0.02, momentum: 0.9, nesterov: true },
  'with everything': { learningRate: 0.02, decreaseConstant: 1e-3, momentum: 0.5, nesterov: true },
};

describe.each(Object.entries(variants))('sgd %s', (_, options) => {
  it('takes the steps of the plain loop', () => {
    const gradient = (values: readonly number[], t: number): number[] =>
      values.map((value, i) => Math.sin(value + i) + 0.1 * Math.cos(t));
    const start = [1, -2, 0.5, 0];
    expect(descend(sgd(options), start, gradient, 100)).toEqual(plainSgd(options, start, gradient, 100));
  });

  it('descends a quadratic to its least value', () => {
    const [last] = descend(sgd(options), [1, -1, 1], quadratic, 2000).slice(-1) as [number[]];
    for (const value of last) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
});

describe('sgd', () => {
  it('makes θ ← θ − αg', () => {
    expect(descend(sgd({ learningRate: 0.5 }), [1, 2], () => [2, -4], 2)).toEqual([
      [0, 4],
      [-1, 6],
    ]);
  });

  it('goes on along the last direction with momentum: v ← μv + g; θ ← θ − αv', () => {
    // v is 1, 1½, 1¾
    expect(descend(sgd({ learningRate: 1, momentum: 0.5 }), [0], () => [1], 3)).toEqual([
      [-1],
      [-2.5],
      [-4.25],
    ]);
  });

  it("looks ahead with Nesterov's: θ ← θ − α(g + μv)", () => {
    // g + μv is 1½, 1¾, 1⅞
    expect(descend(sgd({ learningRate: 1, momentum: 0.5, nesterov: true }), [0], () => [1], 3)).toEqual([
      [-1.5],
      [-3.25],
      [-5.125],
    ]);
  });

  it("is Sutskever's look-ahead, seen from the point looked from: v ← μv − α∇f(θ + μv); θ ← θ + v", () => {
    const [alpha, mu] = [0.05, 0.8];
    let theta = [1, -1, 1];
    let v = [0, 0, 0];
    const lookedFrom: number[][] = [];
    for (let t = 0; t < 50; t++) {
      const g = quadratic(theta.map((value, i) => value + mu * v[i]));
      v = v.map((value, i) => mu * value - alpha * g[i]);
      theta = theta.map((value, i) => value + v[i]);
      lookedFrom.push(theta.map((value, i) => value + mu * v[i]));
    }
    const options = { learningRate: alpha, momentum: mu, nesterov: true };
    descend(sgd(options), [1, -1, 1], quadratic, 50).forEach((values, t) => {
      values.forEach((value, i) => {
        expect(value).toBeCloseTo(lookedFrom[t][i], 13);
      });
    });
  });

  it('adds λ∇Ω at every update, through the momentum too', () => {
    const lambda = { l1: 0.25, l2: 0.5 };
    const omega = (values: readonly number[]): number[] =>
      values.map((value) => 0.25 * Math.sign(value) + 2 * 0.5 * value);
    for (const options of [{ learningRate: 0.1 }, { learningRate: 0.1, momentum: 0.9 }]) {
      const [penalised, plain] = [
        descend(sgd(options), [1, -2, 0], () => [1, 1, 0], 20, lambda),
        plainSgd(options, [1, -2, 0], (values) => omega(values).map((g, i) => g + [1, 1, 0][i]), 20),
      ];
      expect(penalised).toEqual(plain);
    }
  });

  it('keeps a velocity where there is momentum, and elsewhere what l2 has still to take off', () => {
    const bias = { ...weight, regularized: false };
    expect(sgd({ learningRate: 1 }).stateShapes(weight)).toEqual({ shrinkage: [1] });
    expect(sgd({ learningRate: 1 }).stateShapes(bias)).toEqual({});
    expect(sgd({ learningRate: 1, momentum: 0.5 }).stateShapes(weight)).toEqual({ velocity: [2, 3] });
  });

  it('makes of factors the update that it makes of the gradient written out', () => {
    const number = fc.integer({ min: -8, max: 8 });
    const matrix = (rows: number, columns: number) =>
      fc.array(number, { minLength: rows * columns, maxLength: rows * columns });
    const size = fc.integer({ min: 1, max: 4 });
    const cases = fc.tuple(size, size, size).chain(([batch, fanIn, fanOut]) =>
      fc.record({
        batch: fc.constant(batch),
        fanIn: fc.constant(fanIn),
        fanOut: fc.constant(fanOut),
        input: matrix(batch, fanIn),
        dOutput: matrix(batch, fanOut),
      }),
    );
    const kernels = referenceKernels(arena('float64'));
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 0.5), ({ batch, fanIn, fanOut, input, dOutput }, momentum) => {
        const product = Array.from({ length: fanIn * fanOut }, (_, k) => {
          let sum = 0;
          for (let row = 0; row < batch; row++) {
            sum += input[row * fanIn + Math.floor(k / fanOut)] * dOutput[row * fanOut + (k % fanOut)];
          }
          return sum;
        });
        const optimizer = sgd({ learningRate: 0.125, momentum });
        const values = [
          { form: 'dense', tensor: tensor(product, [fanIn, fanOut]) } as const,
          {
            form: 'factored',
            pairs: [{ input: tensor(input, [batch, fanIn]), dOutput: tensor(dOutput, [batch, fanOut]) }],
          } as const,
        ].map((gradient) => {
          const value = tensor(new Float64Array(fanIn * fanOut).fill(1), [fanIn, fanOut]);
          const parameter = {
            name: 'linear1.weight',
            kind: 'linear',
            value,
            regularized: true,
            frozen: false,
          };
          const velocity = tensor(new Float64Array(fanIn * fanOut), [fanIn, fanOut]);
          const penalty = { l1: 0.5, l2: 0.25 };
          const state = momentum === 0 ? {} : { velocity };
          const run = optimizer.bind(kernels, { parameter, gradient, penalty }, state);
          run(optimizer.learningRate(0), 1);
          return [...elements(value)];
        });
        expect(values[1]).toEqual(values[0]);
      }),
    );
  });

  it('stays finite with gradients of ±1e8, and stays where it is with gradients of 0', () => {
    const options = { learningRate: 1, momentum: 0.9 };
    for (const value of descend(sgd(options), [0, 0], () => [1e8, -1e8], 50).flat()) {
      expect(value).toSatisfy(Number.isFinite);
    }
    expect(descend(sgd(options), [3, -4], () => [0, 0], 2)).toEqual([
      [3, -4],
      [3, -4],
    ]);
  });

  it.each([-0.1, 1, Number.NaN])('refuses a momentum of %d', (momentum) => {
    expect(() => sgd({ learningRate: 1, momentum })).toThrow(
      new OptionError(`sgd momentum: expected a number in [0, 1), got ${momentum}; give one, as 0.9`),
    );
  });

  it("refuses Nesterov's without a momentum", () => {
    expect(() => sgd({ learningRate: 1, nesterov: true })).toThrow(
      new OptionError('sgd nesterov: expected a momentum with it, got none; give momentum: 0.9'),
    );
  });

  it('refuses a learning rate that is none', () => {
    expect(() => sgd({ learningRate: -1 })).toThrow(
      new OptionError('sgd learningRate: expected a positive number, got -1; give one, as 0.01'),
    );
  });

  it('refuses no options, and one that is none', () => {
    // @ts-expect-error: a learning rate is wanted
    expect(() => sgd()).toThrow(
      new OptionError('sgd learningRate: expected a positive number, got undefined; give one, as 0.01'),
    );
    // @ts-expect-error: no such option
    expect(() => sgd({ learningRate: 1, momentun: 0.9 })).toThrow(
      new OptionError(
        "sgd: expected learningRate, decreaseConstant, momentum, nesterov, got 'momentun'; did you mean 'momentum'?",
      ),
    );
  });
});
