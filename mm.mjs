import { arena, createKernels } from './packages/tensor/dist/index.js';

const mem = arena('float32');
const k = createKernels(process.argv[2] ?? 'wasm', mem);
const X = mem.tensor([32, 784]),
  W = mem.tensor([784, 500]),
  P = mem.tensor([32, 500]),
  D = mem.tensor([32, 500]);
for (const t of [X, W, D])
  for (let i = 0; i < t.data.length && i < t.size; i++) t.data[t.offset + i] = Math.random() - 0.5;
const f = k.matmul(X, W, { tensor: P, beta: 0 }),
  u = k.matmul(X.transpose(1, 0), D, { tensor: W, beta: 1 }, 1e-6);
for (const [name, run] of [
  ['forward', f],
  ['update', u],
]) {
  for (let i = 0; i < 300; i++) run();
  const r = [];
  for (let s = 0; s < 60; s++) {
    const c = process.cpuUsage();
    for (let i = 0; i < 20; i++) run();
    const d = process.cpuUsage(c);
    r.push((d.user + d.system) / 20);
  }
  r.sort((a, b) => a - b);
  const us = r[3];
  console.log(
    name,
    (us / 32).toFixed(2),
    'us/example',
    ((2 * 32 * 784 * 500) / us / 1e3).toFixed(1),
    'GFLOP/s',
    'median',
    (r[30] / 32).toFixed(2),
  );
}
