// What one rank does in the tests: it trains in several ways, and writes what came of each to a file RANK.json in a directory. Then
// it ends: well, or told so, with rank 1 failing or leaving the others.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvFile, fitEncoder } from '@fluxion/data';
import { batchNorm, dropout, embedding, flatten, linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { allreduce, averageEvery, mpi } from '@fluxion/mpi';
import { sgd } from '@fluxion/optim';
import { accumulate, bprop, examples, fprop, train, update } from '@fluxion/pipeline';
import { DataError, elements, labels } from '@fluxion/tensor';
import { from, identity } from 'rxjs';

const job = mpi();
let sent = 0;
/** The job, whose calls are counted by the numbers that they take. */
const ranks = Object.assign(Object.create(job), {
  /** @param {import('@fluxion/mpi').MpiArray} numbers @param {import('@fluxion/mpi').ReduceOp} operation */
  allreduce(numbers, operation) {
    sent += numbers.length;
    job.allreduce(numbers, operation);
  },
  /** @param {import('@fluxion/mpi').MpiArray} parts @param {Int32Array} counts */
  allgather(parts, counts) {
    sent += parts.length;
    job.allgather(parts, counts);
  },
});
const [, , table = '', directory = '', end = 'well', some = ''] = process.argv;
const source = csvFile(table);
const columns = { input: ['a', 'b', 'c', 'd'], target: 'y', targetKind: /** @type {const} */ ('labels') };
const loss = softmaxCrossEntropy();

/** @param {readonly (readonly number[])[]} numbers @param {unknown} [more] */
function told(numbers, more) {
  const hash = createHash('sha256')
    .update(JSON.stringify([numbers, more]))
    .digest('hex');
  return { hash, weights: numbers.flat() };
}

/** @param {import('@fluxion/graph').FlowGraph} model */
function weights(model) {
  return told([...model.parameters, ...model.states].map((of) => Array.from(elements(model.valueOf(of)))));
}

/** The encoder of the whole table, on which each rank looks at its share of the rows. */
const encoder = await fitEncoder(source, { target: 'y', shard: ranks });

function fitted() {
  const { options, tensors } = encoder.save();
  return told(
    [...tensors.values()].map((of) => Array.from(elements(of))),
    options,
  );
}

/**
 * Synchronously, with minibatches of B over all ranks.
 *
 * @param {import('@fluxion/graph').FlowGraph} model
 * @param {number} B
 * @param {number} epochs
 * @param {object} [of] what the examples are made of
 * @param {number} [passes] that an update is made of
 */
async function synchronous(model, B, epochs, of = columns, passes = 1) {
  let last = { step: 0, example: 0, loss: 0 };
  sent = 0;
  await examples(source, {
    .../** @type {typeof columns} */ (of),
    dtype: model.dtype,
    epochs,
    shuffle: true,
    seed: 3,
    batchSize: Math.ceil(B / ranks.size),
    shard: { rank: ranks.rank, size: ranks.size, total: B },
  })
    .pipe(
      fprop(model),
      bprop(loss),
      passes > 1 ? accumulate(passes) : identity,
      allreduce(ranks),
      update(sgd({ learningRate: 0.1, momentum: 0.9 })),
    )
    .forEach((step) => {
      last = step;
    });
  const { step, example, loss: lastLoss } = last;
  return { step, example, loss: lastLoss, sent: sent / step, ...weights(model) };
}

/** An embedding, whose gradient is the rows that were touched; one word more on each rank than on the one before. */
async function touchedRows() {
  const model = sequential([embedding(3), flatten(), linear(2)], {
    inputShape: { shape: [2], indices: 1000 },
    seed: 2,
  });
  const words = [5, 900, 5, 17, 3, 900, 44, 8, 17, 17, 999, 5];
  sent = 0;
  const minibatches = [0, 1].map((turn) => {
    const mine = [0, 1, 2, 3, 4, 5].filter((i) => i % ranks.size === (ranks.rank + turn) % ranks.size);
    const size = mine.length;
    const indices = mine.flatMap((i) => words.slice(2 * i, 2 * i + 2));
    return {
      size,
      inputs: { input: labels(indices, [size, 2]) },
      targets: { output: labels(mine.map((i) => i % 2)) },
    };
  });
  await from(minibatches)
    .pipe(fprop(model), bprop(loss), allreduce(ranks), update(sgd({ learningRate: 0.5 })))
    .forEach(() => {});
  return { sent: sent / minibatches.length, ...weights(model) };
}

async function averaged() {
  let means = 0;
  const model = sequential([linear(160), relu(), linear(2)], { inputShape: [4], seed: 1 });
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  await examples(source, { ...columns, epochs: 2, shuffle: true, seed: 3, shard: ranks })
    .pipe(train(model, { loss, optimizer }), averageEvery(10, ranks, { optimizer }))
    .forEach(({ averaged }) => {
      if (averaged === true) means++;
    });
  return { means, ...weights(model) };
}

function calls() {
  const sums = Float64Array.of(ranks.rank + 1, 0.1);
  ranks.allreduce(sums, 'sum');
  const most = Int32Array.of(ranks.rank, -ranks.rank);
  ranks.allreduce(most, 'max');
  const least = Float32Array.of(ranks.rank - 1);
  ranks.allreduce(least, 'min');
  const told = Uint8Array.of(ranks.rank + 7);
  ranks.broadcast(told, ranks.size - 1);
  const bytes = Uint8Array.of(1);
  ranks.allreduce(bytes, 'sum');
  ranks.barrier();
  return {
    sums: [...sums],
    most: [...most],
    least: [...least],
    told: [...told],
    bytes: [...bytes],
    gathered: ranks
      .gather({ name: `rank ${ranks.rank}`, bytes: new Uint8Array(ranks.rank) })
      .map(({ name, bytes }) => `${name}: ${bytes.length}`),
  };
}

/** @param {readonly import('@fluxion/graph').BoxDescription[]} boxes @param {'float32' | 'float64'} [dtype] */
const network = (boxes, dtype = 'float32') => sequential(boxes, { inputShape: [4], seed: 1, dtype });

const ways = {
  calls,
  fitted,
  dense: () => synchronous(network([linear(8), relu(), linear(2)]), 24, 3),
  uneven: () => synchronous(network([linear(8), relu(), linear(2)]), 20, 3, { encoder }),
  factors: () => synchronous(network([linear(64), relu(), linear(64), dropout(0.2), linear(2)]), 6, 1),
  float64: () => synchronous(network([linear(8), relu(), linear(2)], 'float64'), 24, 1),
  states: () => synchronous(network([linear(8), batchNorm(), relu(), linear(2)]), 24, 1),
  // Of the five minibatches of an epoch the last has none for the last rank: first in a sum, last in one, and alone at the end.
  accumulated: () => synchronous(network([linear(8), relu(), linear(2)]), 24, 3, columns, 2),
  rows: touchedRows,
  averaged,
};
/** @type {Record<string, unknown>} */
const results = { rank: ranks.rank, size: ranks.size, version: ranks.version };
for (const [name, way] of Object.entries(ways)) {
  if (some === '' || some.split(',').includes(name)) results[name] = await way();
}
writeFileSync(join(directory, `${ranks.rank}.json`), JSON.stringify(results));
if (end !== 'well') {
  if (ranks.rank === 1 && end === 'throws') throw new DataError('a row that cannot be');
  if (ranks.rank === 1) process.exit();
  ranks.gather('goes on');
}
