import { mpi } from '@fluxion/mpi';
import { arena, elements } from '@fluxion/tensor';
import { median } from '../measuring/median.js';

// One rank that measures the time of an allreduce, as allreduce.c does: for each SIZE:CALLS a line of the size and its median in µs.
const ranks = mpi();
for (const arg of process.argv.slice(2)) {
  const [size = 1, calls = 1] = arg.split(':').map(Number);
  const numbers = elements(arena('float32').tensor([size]));
  const times: number[] = [];
  for (let call = -Math.ceil(calls / 4); call < calls; call++) {
    const start = performance.now();
    ranks.allreduce(numbers, 'sum');
    if (call >= 0) times.push(1000 * (performance.now() - start));
  }
  if (ranks.rank === 0) process.stdout.write(`${size} ${median(times).toFixed(3)}\n`);
}
