import { arena, createKernels } from '@fluxion/tensor';
import { expect, it } from 'vitest';
import { mapCases } from './mapCases.js';
import { matrixCases } from './matrixCases.js';
import { vectorCases } from './vectorCases.js';

const memory = arena('float32');
const kernels = createKernels('wasm', memory);
const cases = [...matrixCases(memory), ...vectorCases(memory), ...mapCases(memory)];

it('every kernel has a title of its own, binds and runs, and has something to do', () => {
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  for (const { flops, bytes, bind } of cases) {
    bind(kernels)();
    expect(flops).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(0);
  }
});

it('counts no product with a factor that is zero, where a kernel may leave it out', () => {
  const flopsOf = (title: string) => cases.find((each) => each.title === title)?.flops;
  for (const title of ['affine 32×784×500', 'sgd 784×32×500', 'X·Xᵀ 32×784×32']) {
    const [all, half] = [flopsOf(title) ?? 0, flopsOf(`${title}, zeros 0.5`) ?? 0];
    expect(half / all, title).toBeGreaterThan(0.45);
    expect(half / all, title).toBeLessThan(0.55);
  }
});
