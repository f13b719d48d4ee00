import { execFile } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { createKernels } from '../createKernels.js';
import type { KernelsName } from '../kernels.js';
import { random } from '../random.js';
import { elements, type Tensor } from '../tensor.js';

/** So many examples through a large weight: forward, back to the inputs, and an update; all that is left of it. */
async function results(name: KernelsName, batch: number, fanIn: number, fanOut: number): Promise<number[][]> {
  const memory = arena('float32');
  const kernels = createKernels(name, memory);
  const numbers = random(1, 'two threads');
  let drawn = 0;
  const filled = (shape: number[], zeros = 0): Tensor => {
    const tensor = memory.tensor(shape);
    for (let i = 0; i < tensor.data.length; i++) {
      tensor.data[i] = numbers.uniform(drawn++) < zeros ? 0 : numbers.uniform(drawn++) - 0.5;
    }
    return tensor;
  };
  const input = filled([batch, fanIn], 0.5);
  const weight = filled([fanIn, fanOut]);
  const bias = filled([fanOut]);
  const output = memory.tensor([batch, fanOut]);
  const dInput = filled([batch, fanIn]);
  const forward = kernels.affine(input, weight, bias, output);
  const back = kernels.matmul(output, weight.transpose(1, 0), { tensor: dInput, beta: 1 }, 0.5);
  const update = kernels.sgd(weight, { form: 'factored', input, dOutput: output }, { l1: 0, l2: 0 });
  for (let step = 1; step <= 30; step++) {
    forward();
    back();
    update(1e-4, step);
    // Some steps before the second thread is there, some with it, some after it has gone to sleep.
    if (step % 10 === 0) await setTimeout(100);
  }
  return [output, dInput, weight].map((tensor) => [...elements(tensor)]);
}

describe('two threads', () => {
  it.each([
    [1, 300, 301],
    [1, 1030, 64],
    [1, 4, 20_000],
    [2, 300, 301],
    [9, 300, 301],
  ])('give the bits of one: %i examples, %i to %i', async (batch, fanIn, fanOut) => {
    const one = await results('wasm', batch, fanIn, fanOut);
    expect(await results('wasm-2-threads', batch, fanIn, fanOut)).toEqual(one);
  });

  it('keep no process alive', async () => {
    const program = `
      import { arena, createKernels } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))};
      const kernels = createKernels('wasm-2-threads', arena('float32'));
      const cell = (shape) => kernels.arena.tensor(shape);
      const run = kernels.affine(cell([1, 300]), cell([300, 300]), cell([300]), cell([1, 300]));
      for (let i = 0; i < 1000; i++) run();
      console.log('done');`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { timeout: 20_000 },
    );
    expect(stdout).toBe('done\n');
  });
});
