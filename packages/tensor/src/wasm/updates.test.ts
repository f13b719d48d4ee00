import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { createKernels } from '../createKernels.js';
import type { Penalty } from '../gradient.js';
import type { KernelsName } from '../kernels/kernels.js';
import { random } from '../random.js';
import type { DType, Tensor } from '../tensor.js';

const RATE = 0.01;
const L2 = 1e-5;

/** A weight after SGD with l2 on random examples of which four fifths are zeros. */
function trained(name: KernelsName, dtype: DType, updates: number, keep: boolean): Tensor {
  const memory = arena(dtype);
  const weight = memory.tensor([40, 24]);
  const input = memory.tensor([1, 40]);
  const dOutput = memory.tensor([1, 24]);
  const numbers = random(1, 'examples');
  let drawn = 0;
  const draw = (): number => Math.fround(numbers.uniform(drawn++));
  weight.data.forEach((_, i) => weight.set(Math.floor(i / 24), i % 24, draw() - 0.5));
  const update = createKernels(name, memory).sgd(
    weight,
    { form: 'factored', pairs: [{ input, dOutput }] },
    { l1: 0, l2: L2 },
    keep ? memory.tensor([1]) : undefined,
  );
  for (let step = 1; step <= updates; step++) {
    for (let i = 0; i < 40; i++) input.set(0, i, draw() < 0.8 ? 0 : draw());
    for (let j = 0; j < 24; j++) dOutput.set(0, j, (draw() - 0.5) / 100);
    update(RATE, step);
  }
  return weight;
}

function distance(a: Tensor, b: Tensor): number {
  return Math.max(...Array.from(a.data, (value, i) => Math.abs(value - (b.data[i] as number))));
}

describe('sgd with l2', () => {
  it('comes ten times nearer to float64 when it keeps back what it takes off every weight', () => {
    const exact = trained('reference', 'float64', 20_000, false);
    const kept = distance(trained('wasm', 'float32', 20_000, true), exact);
    const atOnce = distance(trained('wasm', 'float32', 20_000, false), exact);
    expect(kept).toBeLessThan(atOnce / 10);
    expect(kept).toBeLessThan(2e-5);
  });

  const SMALL_L2 = { l1: 0, l2: 2 ** -18 };

  /** A weight of two ones whose inputs are all zero, and what binds its update by so many examples. */
  function atRest() {
    const memory = arena('float32');
    const kernels = createKernels('wasm', memory);
    const weight = memory.tensor([2, 1]);
    weight.data.fill(1);
    const shrinkage = memory.tensor([1]);
    const bind = (penalty: Penalty, batch = 1) => {
      const [input, dOutput] = [memory.tensor([batch, 2]), memory.tensor([batch, 1])];
      return kernels.sgd(weight, { form: 'factored', pairs: [{ input, dOutput }] }, penalty, shrinkage);
    };
    return { weight, shrinkage, bind };
  }

  it('touches no weight whose input is zero until 2⁻¹⁶ of it is due, and then takes that off all', () => {
    const { weight, shrinkage, bind } = atRest();
    const update = bind(SMALL_L2);
    update(1, 1);
    expect([...weight.data, ...shrinkage.data]).toEqual([1, 1, 2 ** -17]);
    update(1, 2);
    expect(weight.get(0, 0)).toBe(1);
    update(1, 3);
    expect(weight.get(0, 0)).toBeCloseTo((1 - 2 ** -17) ** 3, 7);
    expect(weight.get(1, 0)).toBe(weight.get(0, 0));
    expect(shrinkage.get(0)).toBe(0);
  });

  it('applies what is due when a minibatch follows single examples', () => {
    const { weight, shrinkage, bind } = atRest();
    bind(SMALL_L2)(1, 1);
    bind(SMALL_L2, 3)(2, 2);
    expect(weight.get(0, 0)).toBeCloseTo(1 - 3 * 2 ** -17, 7);
    expect(shrinkage.get(0)).toBe(0);
  });

  it.each([
    { l1: 0, l2: 0 },
    { l1: 2 ** -30, l2: 0 },
  ])('takes off what it owes before an update under another penalty: %o', (penalty) => {
    const { weight, shrinkage, bind } = atRest();
    bind(SMALL_L2)(1, 1);
    bind(penalty)(1, 2);
    expect(weight.get(0, 0)).toBeCloseTo(1 - 2 ** -17, 7);
    expect(shrinkage.get(0)).toBe(0);
  });
});

describe('what optimizers remember', () => {
  const LEAST = 2 ** -126;

  it('fades to 0 where there is no gradient any more, and never into denormal numbers', () => {
    const memory = arena('float32');
    const kernels = createKernels('wasm', memory);
    const cell = (): Tensor => memory.tensor([7]);
    const [gradient, velocity, moment1, moment2] = [cell(), cell(), cell(), cell()];
    const dense = { form: 'dense', tensor: gradient } as const;
    const none = { l1: 0, l2: 0 };
    const momentum = kernels.update('momentum', cell(), dense, none, { velocity }, { momentum: 0.9 });
    const options = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    const adam = kernels.update('adam', cell(), dense, none, { moment1, moment2 }, options);
    gradient.data.fill(1e-3);
    for (let step = 1; step <= 10_000; step++) {
      momentum(0.1, step);
      adam(0.1, step);
      gradient.data.fill(0);
      for (const { data } of [velocity, moment1, moment2]) {
        const denormal = data.find((value) => value !== 0 && Math.abs(value) < LEAST);
        if (denormal !== undefined) expect(denormal, `at update ${step}`).toBeUndefined();
      }
    }
    for (const { data } of [velocity, moment1, moment2]) expect([...data]).toEqual(Array(7).fill(0));
  });

  it('stays no number where the gradient is none', () => {
    const memory = arena('float32');
    const velocity = memory.tensor([2]);
    const gradient = memory.tensor([2]);
    gradient.data.fill(Number.NaN);
    const dense = { form: 'dense', tensor: gradient } as const;
    const kernels = createKernels('wasm', memory);
    kernels.update('momentum', memory.tensor([2]), dense, { l1: 0, l2: 0 }, { velocity })(0.1, 1);
    expect([...velocity.data]).toEqual([Number.NaN, Number.NaN]);
  });
});
