import { linear, relu, sequential, tanh } from '@fluxion/layers';
import { l2 } from '@fluxion/loss';
import { type SgdOptions, sgd } from '@fluxion/optim';
import {
  type Arena,
  type BindKernels,
  createKernels,
  type DType,
  deferring,
  hasBlas,
  type KernelsName,
  tensor,
} from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { CLASSES, distance, EXAMPLES, INPUTS, learn, numbers, valuesOf } from './learning.js';

// A weight so large that its updates wait.
const [FEATURES, UNITS] = [700, 400];
/** Of three parts of the examples, the one in the middle has inputs that are too sparse for updates to begin to wait. */
const values = Float32Array.from({ length: EXAMPLES * FEATURES }, (_, i) => {
  const isSparse = Math.floor((3 * i) / (EXAMPLES * FEATURES)) === 1;
  return isSparse && i % 10 > 0 ? 0 : numbers.uniform(i) - 0.5;
});
const inputs = (from: number, count: number) =>
  tensor(values.slice(from * FEATURES, (from + count) * FEATURES), [count, FEATURES]);

function learned(kernels: KernelsName | BindKernels, options: Partial<SgdOptions>): number[] {
  const model = sequential([linear(UNITS), relu(), linear(CLASSES)], {
    ...{ inputShape: [FEATURES], seed: 1, kernels },
  });
  const optimizer = sgd({ learningRate: 0.05, ...options });
  learn(model, { inputs, optimizer, regularizer: l2(1e-3), looksAhead: true });
  return valuesOf(model);
}

/** The same but for rounding, which shows that updates have waited. */
function expectRounded(waits: readonly number[], one: readonly number[]): void {
  const rounding = distance(waits, one);
  expect(rounding).toBeLessThan(1e-5);
  expect(rounding).toBeGreaterThan(0);
}

const oneByOne = (arena: Arena) => ({ ...createKernels('wasm', arena), defer: () => undefined });

describe('updates that wait, with fast kernels, dense and sparse inputs in turn', () => {
  it.each([
    ['plain SGD', {}],
    ['momentum', { momentum: 0.9 }],
    ['Nesterov', { momentum: 0.9, nesterov: true }],
  ])('leave what one after another leaves, but for rounding: %s', (_, options) => {
    const one = learned(oneByOne, options);
    const wasm = learned('wasm', options);
    expectRounded(wasm, one);
    expect(distance(learned('wasm-2-threads', options), wasm)).toBe(0);
    if (!hasBlas()) return console.log('left out: blas kernels: no BLAS is on this machine');
    expectRounded(learned('blas', options), one);
  });

  it('take along what l2 has not yet taken off a weight', () => {
    const kernels: BindKernels = (arena) =>
      deferring(createKernels('wasm', arena), { blockSize: 2, minWeightSize: 0, minDensity: 0.7 });
    const build = (dtype: DType, kernels: BindKernels | 'reference') =>
      sequential([linear(6), tanh(), linear(CLASSES)], {
        ...{ inputShape: [INPUTS], seed: 1, dtype, kernels },
      });
    const [waits, exact] = [build('float32', kernels), build('float64', 'reference')];
    for (const model of [waits, exact]) learn(model, { regularizer: l2(7e-5), looksAhead: true });
    // Plain SGD takes it off when it has grown to 2⁻¹⁶ of a weight, which each block of updates that wait could lose.
    const largest = Math.max(...valuesOf(exact).map(Math.abs));
    expect(distance(valuesOf(waits), valuesOf(exact))).toBeLessThan(1.1 * 2 ** -16 * largest);
  });
});
