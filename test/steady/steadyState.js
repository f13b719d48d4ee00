// Trains 100,000 steps after warm-up, through the operators, and 100,000 more, and again; prints what each round left.
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { arrowTable } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import { l2, softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { examples, train } from '@fluxion/pipeline';
import { tableFromArrays } from 'apache-arrow';

const STEPS = 100_000;
const ROWS = 10_000;
const { gc } = globalThis;
if (gc === undefined) throw new Error('steadyState: expected node --expose-gc');

const column = (/** @type {number} */ step) =>
  Float32Array.from({ length: ROWS }, (_, i) => Math.sin(i * step));
const a = column(1);
const b = column(2);
const table = tableFromArrays({
  a,
  b,
  side: Int32Array.from(a, (value, i) => (value > (b[i] ?? 0) ? 1 : 0)),
});
const model = sequential([linear(16), tanh(), linear(2)], { inputShape: [2], seed: 1 });
const learn = train(model, {
  loss: softmaxCrossEntropy(),
  regularizer: l2(1e-6),
  optimizer: sgd({ learningRate: 0.01, decreaseConstant: 1e-6 }),
});
const run = (/** @type {number} */ epochs) =>
  examples(arrowTable(table), { input: ['a', 'b'], target: 'side', epochs, shuffle: true })
    .pipe(learn)
    .forEach(() => {});

/** Lets the observer of collections hear of those that are over. */
const heard = () => new Promise((resolve) => setTimeout(resolve, 50));

/** What 100,000 steps leave behind, and the collections on the way; those forced around them are not counted. */
async function round() {
  let scavenges = 0;
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) {
      if (/** @type {{ kind: number }} */ (detail).kind === constants.NODE_PERFORMANCE_GC_MINOR) scavenges++;
      else collections++;
    }
  });
  gc();
  const heap = process.memoryUsage().heapUsed;
  const arena = model.kernels.arena.used;
  await heard();
  observer.observe({ entryTypes: ['gc'] });
  await run(STEPS / ROWS);
  await heard();
  observer.disconnect();
  gc();
  const heapGrowth = process.memoryUsage().heapUsed - heap;
  return { steps: STEPS, scavenges, collections, heapGrowth, arenaGrowth: model.kernels.arena.used - arena };
}

await run(3);
console.log(JSON.stringify([await round(), await round(), await round()]));
