import { arrowFile } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { accuracy } from '@fluxion/metrics';
import { allreduce, averageEvery, type Mpi, mergeAcross, mpi } from '@fluxion/mpi';
import { sgd } from '@fluxion/optim';
import { bprop, evaluate, examples, fprop, update } from '@fluxion/pipeline';
import { identity, takeWhile, tap } from 'rxjs';
import type { Learned, Learning } from './learning.js';

// One rank on which 784-500-10 learns digits; rank 0 prints what came of it.
const {
  train,
  test,
  batchSize,
  every,
  exchange = 'all',
  most = Number.POSITIVE_INFINITY,
} = JSON.parse(process.argv[2] ?? '') as Learning;
/** Examples that pass before time is taken. */
const WARM = 1000;
const ranks = mpi();
/** Stands for a job of two ranks at least, whose sums are those of this one, and whose others say what it says. */
const quiet: Mpi = Object.assign(Object.create(ranks), {
  size: Math.max(2, ranks.size),
  allreduce() {},
  ...(exchange === 'written' && {
    allgather(parts: Float64Array, counts: Int32Array) {
      const width = counts[ranks.rank] as number;
      for (let rank = 0; rank < counts.length; rank++) {
        parts.copyWithin(rank * width, ranks.rank * width, (ranks.rank + 1) * width);
      }
    },
  }),
});
const model = sequential([linear(500), tanh(), linear(10)], { inputShape: [784], seed: 1 });
const columns = { input: 'image', target: 'digit' } as const;
let [seen, first, start] = [0, 0, 0];
await examples(arrowFile(train), { ...columns, shuffle: true, seed: 1, batchSize, shard: ranks })
  .pipe(
    tap(({ size, total = size }) => {
      // What the first steps compile does not count.
      if (first === 0 && seen > WARM) [first, start] = [seen, performance.now()];
      seen += total;
    }),
    fprop(model),
    bprop(softmaxCrossEntropy()),
    every === undefined ? allreduce(exchange === 'all' ? ranks : quiet) : identity,
    update(sgd({ learningRate: 0.01 * Math.sqrt(batchSize * (every === undefined ? ranks.size : 1)) })),
    every === undefined ? identity : averageEvery(every, ranks),
    takeWhile(() => seen < most, true),
  )
  .forEach(() => {});
const examplesPerSecond = (1000 * (seen - first)) / (performance.now() - start);
const share = examples(arrowFile(test), { ...columns, batchSize: 250, shard: ranks });
const { right } = await evaluate(model, share, { right: accuracy() }, { merge: mergeAcross(ranks) });
const learned: Learned = { examplesPerSecond, accuracy: right };
if (ranks.rank === 0) process.stdout.write(`${JSON.stringify(learned)}\n`);
