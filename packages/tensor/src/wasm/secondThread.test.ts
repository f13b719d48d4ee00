import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { arena } from '../arena.js';
import { blasLibrary, hasBlas } from '../blas/blasLibrary.js';
import { AS_IT_IS, sgemmInParts } from '../blas/sgemmInParts.js';
import { createKernels } from '../createKernels.js';
import type { KernelsName } from '../kernels/kernels.js';
import { random } from '../random.js';
import { elements, type Tensor } from '../tensor.js';
import { compiledModule, instantiate } from './module.js';
import { SecondThread, type Task } from './secondThread.js';

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
  const dWhere = filled([batch, fanIn]);
  const backWhere = ([0, 1] as const).map((beta) =>
    kernels.matmul(output, weight.transpose(1, 0), { tensor: dWhere, beta, where: input }),
  );
  const update = kernels.sgd(
    weight,
    { form: 'factored', pairs: [{ input, dOutput: output }] },
    { l1: 0, l2: 0 },
  );
  for (let step = 1; step <= 30; step++) {
    forward();
    back();
    for (const run of backWhere) run();
    update(1e-4, step);
    // Some steps before the second thread is there, some with it, some after it has gone to sleep.
    if (step % 10 === 0) await setTimeout(100);
  }
  return [output, dInput, dWhere, weight].map((tensor) => [...elements(tensor)]);
}

describe('SecondThread', () => {
  const memory = arena('float32');
  const exports = instantiate('wasm', memory);
  const sgemm = hasBlas() ? sgemmInParts(memory.memory, blasLibrary().sgemm) : undefined;
  const second = new SecondThread(compiledModule('wasm'), memory, { ...exports, sgemm });

  /** Begins a task and waits until the second thread has put something into the sink, which the caller does not. */
  async function doneThere(task: Task, sink: Tensor): Promise<number[]> {
    sink.data.fill(Number.NaN);
    task.begin(-2);
    for (let wait = 0; Number.isNaN(sink.data.at(-1)) && wait < 1000; wait++) await setTimeout(10);
    const values = [...sink.data];
    task.end();
    expect([...sink.data]).toEqual(values);
    return values;
  }

  const cell = (values: readonly number[]): Tensor => {
    const tensor = memory.tensor([values.length]);
    tensor.data.set(values);
    return tensor;
  };
  const at = (tensor: Tensor): number => tensor.data.byteOffset;
  const matrix = cell([1, 2, 3, 4]);
  const vector = cell([10, 100]);
  const sink = memory.tensor([2]);
  const scratch = memory.tensor([1024]);

  it('runs vectorMatrix', async () => {
    const args = [2, 2, at(vector), at(matrix), 8, 0, at(sink), 1, 0, at(scratch)];
    expect(await doneThere(second.task('vectorMatrix', args), sink)).toEqual([310, 420]);
  });

  it('runs matrixVector', async () => {
    const args = [2, 2, at(matrix), 8, at(vector), at(sink), 1, 0, 0];
    expect(await doneThere(second.task('matrixVector', args), sink)).toEqual([210, 430]);
  });

  it('runs matrixVectorWhere', async () => {
    const where = cell([1, 0]);
    const args = [2, 2, at(matrix), 8, at(vector), at(sink), 1, 0, at(where), 0, at(scratch)];
    expect(await doneThere(second.task('matrixVectorWhere', args), sink)).toEqual([210, 0]);
  });

  it.each(['multiplyTiles', 'multiplySparseLeft', 'multiplySparseRight'] as const)(
    'runs %s, with the factor that is given when it begins',
    async (kernel) => {
      const args = [1, 2, 2, at(vector), 8, 4, at(matrix), 8, 4, at(sink), 8, 0, 0, at(scratch)];
      expect(await doneThere(second.task(kernel, args, 12), sink)).toEqual([-620, -840]);
    },
  );

  if (sgemm !== undefined) {
    it('runs sgemm of a BLAS, with the factor that is given when it begins', async () => {
      const args = [AS_IT_IS, AS_IT_IS, 1, 2, 2, 0, at(vector), 2, at(matrix), 2, 0, at(sink), 2, 1, 2];
      expect(await doneThere(second.task('sgemm', args, 5), sink)).toEqual([-620, -840]);
    });
  } else {
    console.info('left out: sgemm on a second thread: no BLAS is on this machine');
  }

  it('ends a task whose caller has thrown before it begins the next', async () => {
    const factorsOf = (from: number) => [2, 2, at(cell([from, from])), at(matrix), 8, 0];
    const abandoned = memory.tensor([2]);
    second.task('vectorMatrix', [...factorsOf(1), at(abandoned), 1, 0, at(scratch)]).begin();
    const next = second.task('vectorMatrix', [...factorsOf(2), at(sink), 1, 0, at(scratch)]);
    expect(await doneThere(next, sink)).toEqual([8, 12]);
    expect([...abandoned.data]).toEqual([4, 6]);
  });

  it('runs sgd, with the learning rate that is given when it begins', async () => {
    const weight = cell([1, 2]);
    const args = [1, 2, at(weight), at(cell([3])), at(vector), 0, 0, at(scratch)];
    const task = second.task('sgd', args, 5);
    task.begin(-2);
    for (let wait = 0; weight.get(0) === 1 && wait < 1000; wait++) await setTimeout(10);
    expect([...weight.data]).toEqual([61, 602]);
    task.end();
    expect([...weight.data]).toEqual([61, 602]);
  });
});

describe('two threads', () => {
  it.each([
    [1, 300, 301],
    [1, 1030, 64],
    [1, 4, 20_000],
    [2, 300, 301],
    [9, 300, 301],
    [9, 301, 300],
    [64, 300, 70],
  ])('give the bits of one: %i examples, %i to %i', async (batch, fanIn, fanOut) => {
    const one = await results('wasm', batch, fanIn, fanOut);
    expect(await results('wasm-2-threads', batch, fanIn, fanOut)).toEqual(one);
  });

  it.each(['wasm', 'wasm-2-threads'] as const)(
    'leave out the zeros of a whole product or of no row: %s',
    (name) => {
      const memory = arena('float32');
      const kernels = createKernels(name, memory);
      // Zeros in the upper half only, before an infinite weight: alone, that half would leave them out.
      const input = memory.tensor([128, 784]);
      input.data.fill(1);
      input.data.fill(0, 0, 784 * 20);
      const weight = memory.tensor([784, 100]);
      weight.set(0, 0, Number.POSITIVE_INFINITY);
      const output = memory.tensor([128, 100]);
      kernels.matmul(input, weight, { tensor: output, beta: 0 })();
      expect([output.get(0, 0), output.get(127, 0)]).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
    },
  );

  it('work beyond 2 GiB of memory', async () => {
    const memory = arena('float32');
    const kernels = createKernels('wasm-2-threads', memory);
    memory.tensor([2 ** 29]);
    const input = memory.tensor([1, 300]);
    const weight = memory.tensor([300, 300]);
    input.data.fill(1);
    weight.data.fill(1);
    const output = memory.tensor([1, 300]);
    const run = kernels.matmul(input, weight, { tensor: output, beta: 0 });
    for (let i = 0; i < 50; i++) {
      run();
      await setTimeout(2);
    }
    expect(output.data.every((value) => value === 300)).toBe(true);
  });

  if (existsSync('/usr/bin/taskset')) {
    it('are one where the process has one core', async () => {
      const program = `
        import { readdirSync } from 'node:fs';
        import { arena, createKernels } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))};
        const threads = () => readdirSync('/proc/self/task').length;
        const before = threads();
        createKernels('wasm-2-threads', arena('float32'));
        console.log(threads() - before);`;
      const { stdout } = await promisify(execFile)(
        '/usr/bin/taskset',
        ['--cpu-list', '0', process.execPath, '--input-type=module', '--eval', program],
        { timeout: 20_000 },
      );
      expect(stdout).toBe('0\n');
    });
  } else {
    console.info('left out: one core for two threads: /usr/bin/taskset is not on this machine');
  }

  if (hasBlas()) {
    // A process that ends while a thread loads koffi is aborted.
    it('are both there with their BLAS before anything else can happen', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'fluxion-second-thread-'));
      const hook = join(folder, 'hook.cjs');
      const noted = `
        const { dlopen } = process;
        process.dlopen = (...given) => {
          dlopen.apply(process, given);
          require('node:fs').writeSync(1, 'loaded\\n');
        };`;
      const program = `
        import { writeSync } from 'node:fs';
        import { arena, createKernels } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url))};
        import { blasLibrary } from ${JSON.stringify(new URL('../../dist/blas/blasLibrary.js', import.meta.url))};
        createKernels('blas', arena('float32'));
        writeSync(1, 'made for ' + (blasLibrary().isShared ? 'two' : 'one'));`;
      try {
        await writeFile(hook, noted);
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ['--input-type=module', '--eval', program],
          {
            timeout: 20_000,
            env: { ...process.env, OPENBLAS_NUM_THREADS: '2', NODE_OPTIONS: `--require=${hook}` },
          },
        );
        expect(['loaded\nloaded\nmade for two', 'loaded\nmade for one']).toContain(stdout);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  } else {
    console.info('left out: a second thread that calls a BLAS: none is on this machine');
  }

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
