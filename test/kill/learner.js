// Trains on a file until it has been through it all, going on with what earlier lives have left, and prints a hash of all that
// came of it. It is meant to be killed.

import { createHash } from 'node:crypto';
import { parquetFile } from '@fluxion/duckdb';
import {
  accuracy,
  adam,
  checkpoint,
  dropout,
  earlyStop,
  elements,
  examples,
  fitEncoder,
  holdOut,
  keepBest,
  linear,
  meanLoss,
  openByName,
  optimizerState,
  prequential,
  relu,
  sequential,
  sgd,
  softmaxCrossEntropy,
  train,
  validate,
} from 'fluxion';
import { tap } from 'rxjs';

const [, , file = '', directory = '', kind = '', epochs = '', pause = ''] = process.argv;
/** What is trained with, besides what all have. */
const small = /** @type {const} */ ({ hidden: [16], kernels: 'wasm', every: 10 });
const kinds = {
  adam: { ...small, optimizer: adam({ learningRate: 0.01 }), shuffle: true, online: false, batchSize: 4 },
  momentum: {
    ...small,
    optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
    shuffle: false,
    online: true,
    batchSize: 1,
  },
  // Of weights that are large enough for updates to wait: a kill falls within a block of them.
  deferred: {
    hidden: [512, 512],
    kernels: /** @type {const} */ ('wasm'),
    every: 45,
    optimizer: sgd({ learningRate: 0.001, momentum: 0.9 }),
    shuffle: true,
    online: false,
    batchSize: 1,
  },
};
const { optimizer, hidden, kernels, every, ...reading } = kinds[/** @type {keyof typeof kinds} */ (kind)];

const source = openByName(file, { parquet: parquetFile });
const rows = holdOut(0.1);
const encoder = await fitEncoder(source, { target: 'kind', rows: rows.training });
const layers = hidden.flatMap((units) => [linear(units), relu(), dropout(0.2)]);
const model = sequential([...layers, linear(2)], { encoder, seed: 1, kernels });
const loss = softmaxCrossEntropy();
const progress = prequential({ accuracy: accuracy() }, { window: 50 });
const held = examples(source, { encoder, rows: rows.validation, batchSize: 64 });
const validation = validate(model, held, { loss: meanLoss(loss) });
const best = keepBest(model);
const stop = earlyStop({ patience: 1000 });
const read = { encoder, rows: rows.training, epochs: Number(epochs), seed: 7, ...reading };
const parts = { progress, validation, best, stop };
const saving = checkpoint(
  directory,
  { model, optimizer, source, examples: read, parts },
  { every: { examples: every } },
);

const from = await saving.resume();
console.log('begun');
const sleeping = new Int32Array(new SharedArrayBuffer(4));
await examples(source, { ...read, from })
  .pipe(
    train(model, { loss, optimizer, prequential: progress }),
    tap(() => Atomics.wait(sleeping, 0, 0, Number(pause))),
    validation,
    best,
    stop,
    saving,
  )
  .forEach(() => {});

const hash = createHash('sha256');
for (const { value } of [...model.parameters, ...model.states])
  hash.update(JSON.stringify([...elements(value)]));
for (const part of [optimizerState(optimizer, model), encoder, ...Object.values(parts)]) {
  const { options, tensors } = part.save();
  hash.update(JSON.stringify([options, [...tensors].map(([name, value]) => [name, [...elements(value)]])]));
}
console.log(`done ${hash.digest('hex')}`);
