import { createRequire } from 'node:module';
import type { Trainer } from '../contenders/peer.js';
import { inputSize, type Network, sizes } from './network.js';
import type { NetworkData } from './networkData.js';

interface ConvNetJs {
  Net: new () => { makeLayers(definitions: readonly object[]): void };
  Trainer: new (
    net: object,
    options: object,
  ) => { train(input: { w: ArrayLike<number> }, label: number): unknown };
  Vol: new (sx: number, sy: number, depth: number, fill: number) => { w: Float64Array };
}

const conv = (sx: number, filters: number, pad: number): readonly object[] => [
  { type: 'conv', sx, filters, stride: 1, pad, activation: 'relu' },
  { type: 'pool', sx: 2, stride: 2 },
];

const layers: Readonly<Partial<Record<Network['kind'], readonly object[]>>> = {
  lenet: [
    ...conv(5, 6, 2),
    ...conv(5, 16, 0),
    { type: 'fc', num_neurons: 120, activation: 'relu' },
    { type: 'fc', num_neurons: 84, activation: 'relu' },
    { type: 'softmax', num_classes: sizes.lenet.classes },
  ],
  convnet: [
    ...[32, 64, 128].flatMap((filters) => conv(3, filters, 1)),
    { type: 'softmax', num_classes: sizes.convnet.classes },
  ],
};

/**
 * ConvNetJS: its SGD trainer, which takes one example after the other and updates once a minibatch.
 *
 * @throws {Error} when it lacks a layer of the network.
 */
export function convnetjsNetwork({ kind, batchSize }: Network, data: NetworkData): Trainer {
  const definitions = layers[kind];
  if (definitions === undefined || (kind !== 'lenet' && kind !== 'convnet')) {
    throw new Error(`it has no layers for ${kind}: convolution, pooling, normalization and linear ones only`);
  }
  const require = createRequire(import.meta.url);
  const library = require('convnetjs') as ConvNetJs;
  const { version } = require('convnetjs/package.json') as { version: string };
  const { side, channels } = sizes[kind];
  const net = new library.Net();
  net.makeLayers([{ type: 'input', out_sx: side, out_sy: side, out_depth: channels }, ...definitions]);
  const trainer = new library.Trainer(net, {
    method: 'sgd',
    learning_rate: 0.01,
    momentum: 0,
    batch_size: batchSize,
    l2_decay: 0,
  });
  const size = inputSize(kind);
  const input = new library.Vol(side, side, channels, 0);
  let at = 0;
  return {
    version: `ConvNetJS ${version}`,
    train(examples) {
      for (let i = 0; i < examples; i++) {
        input.w.set(data.inputs.subarray(at * size, (at + 1) * size));
        trainer.train(input, data.labels[at] as number);
        at = (at + 1) % data.labels.length;
      }
      return Promise.resolve();
    },
  };
}
