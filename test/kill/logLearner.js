// Learns from the events of a log until it has had so many, going on with what earlier lives have left, and prints a hash of all that
// came of it. It is meant to be killed.

import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
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
import { take, tap } from 'rxjs';

/**
 * Each broker as a log, and what ends the connection to it. What speaks to the others is not loaded.
 *
 * @type {Record<string, (address: string) => Promise<{ log: import('fluxion').Log, close?: () => Promise<void> }>>}
 */
const logs = {
  async nats(address) {
    const { jetstream } = await import('@nats-io/jetstream');
    const { connect } = await import('@nats-io/transport-node');
    const connection = await connect({ servers: address });
    const log = natsLog({ jetstream: jetstream(connection), stream: 'events' });
    return { log, close: () => connection.close() };
  },
  async redis(address) {
    const { createClient } = await import('redis');
    return { log: redisLog({ client: createClient({ url: `redis://${address}` }), key: 'events' }) };
  },
  async kafka(address) {
    const { default: kafkajs } = await import('kafkajs');
    const { Kafka, logLevel } = kafkajs;
    const kafka = new Kafka({ brokers: address.split(','), logLevel: logLevel.NOTHING });
    return { log: kafkaLog({ kafka, topic: 'events' }) };
  },
};

/**
 * Learns until it has had so many events.
 *
 * @param {string} broker
 * @param {string} address
 * @param {string} directory of the checkpoints
 * @param {number} count
 * @param {number} pause milliseconds that it sleeps after each event
 * @returns a hash of all that came of it
 */
export async function learnFromLog(broker, address, directory, count, pause) {
  const connected = await logs[broker]?.(address);
  if (connected === undefined) throw new Error(`no such broker: ${broker}`);
  const encoder = onlineEncoder({
    columns: { x: standardize(), city: oneHot({ maxCategories: 5 }) },
    target: { kind: ['over', 'under'] },
  });
  const model = sequential([linear(8), relu(), dropout(0.2), linear(2)], { encoder, seed: 1 });
  const optimizer = sgd({ learningRate: 0.01, momentum: 0.9 });
  const progress = prequential({ accuracy: accuracy() }, { window: 100 });
  const events = logEvents(connected.log);
  const encoding = encode(encoder, { online: true });
  const parts = { events, encoding, progress };
  const saving = checkpoint(directory, { model, optimizer, parts }, { every: { examples: 50 } });

  await saving.resume();
  console.log('begun');
  const left = count - optimizerState(optimizer, model).step;
  const sleeping = new Int32Array(new SharedArrayBuffer(4));
  await events
    .pipe(
      encoding,
      train(model, { loss: softmaxCrossEntropy(), optimizer, prequential: progress }),
      tap(() => Atomics.wait(sleeping, 0, 0, pause)),
      take(left),
      saving,
    )
    .forEach(() => {});
  await connected.close?.();

  const hash = createHash('sha256');
  for (const { value } of model.parameters) hash.update(JSON.stringify([...elements(value)]));
  for (const part of [optimizerState(optimizer, model), encoder, ...Object.values(parts)]) {
    const { options, tensors } = part.save();
    hash.update(JSON.stringify([options, [...tensors].map(([name, value]) => [name, [...elements(value)]])]));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , broker = '', address = '', directory = '', count, pause] = process.argv;
  console.log(`done ${await learnFromLog(broker, address, directory, Number(count), Number(pause))}`);
  process.exit();
}
