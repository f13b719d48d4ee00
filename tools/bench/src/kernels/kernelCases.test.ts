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
