/**
 * Speed of each kernel alone, and of whole training steps made of bound kernels.
 *
 *   npm run build && node tools/kernels/dist/bench.js [wasm|wasm-relaxed|reference] [part of a name]
 */
import {
  type Arena,
  arena,
  createKernels,
  type Gradient,
  type Kernels,
  type KernelsName,
  type Run,
  random,
  type Tensor,
} from '@fluxion/tensor';
import { secondsPerCall } from './measure.js';
import { steps } from './steps.js';

const [name = 'wasm', only = ''] = process.argv.slice(2);
const memory = arena('float32');
const kernels = createKernels(name as KernelsName, memory);
const none = { l1: 0, l2: 0 };
let drawn = 0;

function filled(memory: Arena, shape: number[], zeros = 0): Tensor {
  const tensor = memory.tensor(shape);
  const numbers = random(1, 'bench');
  for (let i = 0; i < tensor.data.length; i++) {
    tensor.data[i] = numbers.uniform(drawn++) < zeros ? 0 : numbers.uniform(drawn++) - 0.5;
  }
  return tensor;
}

/** Prints the time of a call; `flops` and `bytes` are what the kernel has to do and to move at least. */
function report(title: string, run: Run, flops: number, bytes: number): void {
  if (!title.includes(only)) return;
  const seconds = secondsPerCall(run);
  const time = seconds < 1e-6 ? `${(seconds * 1e9).toFixed(1)} ns` : `${(seconds * 1e6).toFixed(2)} µs`;
  const rate = (amount: number): string => (amount / seconds / 1e9).toFixed(1);
  console.log(
    `${title.padEnd(44)}${time.padStart(12)}${rate(flops).padStart(9)} GFLOP/s${rate(bytes).padStart(9)} GB/s`,
  );
}

function matmuls(k: Kernels): void {
  for (const [m, inner, n] of [
    [128, 784, 512],
    [128, 512, 256],
    [128, 256, 10],
    [7, 784, 500],
    [2, 784, 500],
    [32, 784, 500],
    [512, 512, 512],
  ]) {
    const a = filled(memory, [m, inner]);
    const b = filled(memory, [inner, n]);
    const c = memory.tensor([m, n]);
    const flops = 2 * m * n * inner;
    const bytes = 4 * (m * inner + inner * n + m * n);
    report(`affine ${m}×${inner}×${n}`, k.affine(a, b, filled(memory, [n]), c), flops, bytes);
    const nt = k.matmul(c, b.transpose(1, 0), { tensor: a, beta: 0 }, 1e-9);
    report(`matmul nt ${m}×${n}×${inner}`, nt, flops, bytes);
    const tn = k.matmul(a.transpose(1, 0), c, { tensor: b, beta: 1 }, 1e-9);
    report(`matmul tn ${inner}×${m}×${n}`, tn, flops, bytes);
    const update = k.sgd(b, { form: 'factored', input: a, dOutput: c }, none);
    report(`sgd factored ${inner}×${m}×${n}`, () => update(1e-9, 1), flops, bytes);
  }
}

function vectors(k: Kernels): void {
  for (const [fanIn, fanOut, zeros] of [
    [784, 500, 0],
    [784, 500, 0.5],
    [784, 500, 0.8],
    [500, 10, 0],
    [500, 10, 0.5],
    [784, 128, 0.5],
    [512, 256, 0.5],
    [4, 16, 0],
    [16, 3, 0.5],
  ]) {
    const x = filled(memory, [1, fanIn], zeros);
    const w = filled(memory, [fanIn, fanOut]);
    const b = filled(memory, [fanOut]);
    const y = filled(memory, [1, fanOut]);
    const dx = memory.tensor([1, fanIn]);
    const work = fanIn * fanOut * (1 - zeros);
    const title = `${fanIn}→${fanOut} zeros ${zeros}`;
    report(`affine ${title}`, k.affine(x, w, b, y), 2 * work, 4 * work);
    report(
      `dInput ${title}`,
      k.matmul(y, w.transpose(1, 0), { tensor: dx, beta: 0 }),
      2 * fanIn * fanOut,
      4 * fanIn * fanOut,
    );
    const d = filled(memory, [1, fanOut]);
    const gradient: Gradient = { form: 'factored', input: x, dOutput: d };
    const sgd = k.sgd(w, gradient, none);
    report(`sgd ${title}`, () => sgd(1e-9, 1), 2 * work, 8 * work);
    const l2 = k.sgd(w, gradient, { l1: 0, l2: 1e-5 });
    report(`sgd l2 ${title}`, () => l2(1e-9, 1), 4 * fanIn * fanOut, 8 * fanIn * fanOut);
    const [m, v] = [memory.tensor([fanIn, fanOut]), memory.tensor([fanIn, fanOut])];
    const momentum = k.sgdMomentum(w, gradient, none, v, { momentum: 0.9, nesterov: false });
    report(`momentum ${title}`, () => momentum(1e-9, 1), 4 * fanIn * fanOut, 16 * fanIn * fanOut);
    const adam = k.adam(w, gradient, none, m, v, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    report(`adam ${title}`, () => adam(1e-9, 10), 12 * fanIn * fanOut, 24 * fanIn * fanOut);
  }
}

function maps(k: Kernels): void {
  for (const n of [3, 16, 500, 65536]) {
    const x = filled(memory, [1, n]);
    const y = memory.tensor([1, n]);
    const d = filled(memory, [1, n]);
    const s = { tensor: memory.tensor([1, n]), beta: 0 as const };
    for (const f of ['relu', 'sigmoid', 'tanh'] as const) {
      report(`${f} ${n}`, k.elementwise(f, x, y), n, 8 * n);
      report(`${f} gradient ${n}`, k.elementwiseGradient(f, x, y, d, s), 3 * n, 12 * n);
    }
    report(`softmax ${n}`, k.softmax(x, y), n, 8 * n);
    report(`copy ${n}`, k.copy(x, s), n, 8 * n);
    report(`sumRows ${n}`, k.sumRows(x, { tensor: memory.tensor([n]), beta: 0 }), n, 8 * n);
    report(`sumSquares ${n}`, k.sumSquares(x) as () => void, 2 * n, 4 * n);
    const labels = memory.labels(1);
    const losses = memory.tensor([1]);
    report(`softmaxCrossEntropy ${n}`, k.softmaxCrossEntropy(x, labels, y, losses), n, 8 * n);
    report(`softmaxCrossEntropyGradient ${n}`, k.softmaxCrossEntropyGradient(y, labels, s, 1), n, 8 * n);
  }
}

maps(kernels);
vectors(kernels);
matmuls(kernels);
steps(name as KernelsName, (title, run, examples) => {
  if (!title.includes(only)) return;
  const seconds = secondsPerCall(run, 0.2) / examples;
  console.log(
    `${title.padEnd(44)}${(seconds * 1e6).toFixed(3).padStart(9)} µs an example${Math.round(1 / seconds)
      .toString()
      .padStart(12)} /s`,
  );
});
