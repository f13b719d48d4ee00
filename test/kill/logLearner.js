// Learns from the events of a log until it has had so many, going on with what earlier lives have left, and prints a hash of all that
// came of it. It is meant to be killed.

import { createHash } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import {
  accuracy,
  checkpoint,
  dropout,
  elements,
  encode,
  kafkaLog,
  linear,
  logEvents,
  natsLog,
  oneHot,
  onlineEncoder,
  optimizerState,
  prequential,
  redisLog,
  relu,
  sequential,
  sgd,
  softmaxCrossEntropy,
  standardize,
  train,
} from 'fluxion';
import { Kafka, logLevel } from 'kafkajs';
import { createClient } from 'redis';
import { take, tap } from 'rxjs';

const [, , broker = '', address = '', directory = '', count = '', pause = ''] = process.argv;
/** @type {Record<string, () => Promise<import('fluxion').Log>>} */
const logs = {
  nats: async () => natsLog({ jetstream: jetstream(await connect({ servers: address })), stream: 'events' }),
  redis: async () => redisLog({ client: createClient({ url: `redis://${address}` }), key: 'events' }),
  kafka: async () =>
    kafkaLog({
      kafka: new Kafka({ brokers: address.split(','), logLevel: logLevel.NOTHING }),
      topic: 'events',
    }),
};
const log = await logs[broker]?.();
if (log === undefined) throw new Error(`no such broker: ${broker}`);

const encoder = onlineEncoder({
  columns: { x: standardize(), city: oneHot({ most: 5 }) },
  target: { kind: ['over', 'under'] },
});
const model = sequential([linear(8), relu(), dropout(0.2), linear(2)], { encoder, seed: 1 });
const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
const progress = prequential({ accuracy: accuracy() }, { window: 100 });
const events = logEvents(log);
const encoding = encode(encoder, { online: true });
const parts = { events, encoding, progress };
const saving = checkpoint(directory, { model, optimizer, parts }, { every: { examples: 50 } });

await saving.resume();
console.log('begun');
const left = Number(count) - optimizerState(optimizer, model).step;
const sleeping = new Int32Array(new SharedArrayBuffer(4));
await events
  .pipe(
    encoding,
    train(model, { loss: softmaxCrossEntropy(), optimizer, prequential: progress }),
    tap(() => Atomics.wait(sleeping, 0, 0, Number(pause))),
    take(left),
    saving,
  )
  .forEach(() => {});

const hash = createHash('sha256');
for (const { value } of model.parameters) hash.update(JSON.stringify([...elements(value)]));
for (const part of [optimizerState(optimizer, model), encoder, ...Object.values(parts)]) {
  const { options, tensors } = part.save();
  hash.update(JSON.stringify([options, [...tensors].map(([name, value]) => [name, [...elements(value)]])]));
}
console.log(`done ${hash.digest('hex')}`);
process.exit();
