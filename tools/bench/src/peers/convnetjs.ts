import { createRequire } from 'node:module';
import type { BenchData } from '../contenders/benchData.js';
import type { Trainer } from '../contenders/peer.js';
import type { Workload } from '../contenders/workload.js';

interface ConvNetJs {
  Net: new () => { makeLayers(definitions: readonly object[]): void };
  Trainer: new (
    net: object,
    options: object,
  ) => { train(input: { w: ArrayLike<number> }, label: number): unknown };
  Vol: new (sx: number, sy: number, depth: number, fill: number) => { w: Float64Array };
}

/** ConvNetJS: its SGD trainer, one example after the other. It has no minibatch arithmetic. */
export function convnetjs(workload: Workload, data: BenchData): Promise<Trainer> {
  const require = createRequire(import.meta.url);
  const library = require('convnetjs') as ConvNetJs;
  const { version } = require('convnetjs/package.json') as { version: string };
  const { sizes, batchSize, l2 } = workload;
  const net = new library.Net();
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: sizes[0] },
    ...sizes.slice(1, -1).map((units) => ({ type: 'fc', num_neurons: units, activation: 'relu' })),
    { type: 'softmax', num_classes: sizes.at(-1) },
  ]);
  const trainer = new library.Trainer(net, {
    method: 'sgd',
    learning_rate: 0.01,
    momentum: 0,
    batch_size: batchSize,
    // Its term is ½·l2_decay·W², over the weights only.
    l2_decay: 2 * l2,
  });
  const { inputSize, labels } = data;
  const input = new library.Vol(1, 1, inputSize, 0);
  let at = 0;
  return Promise.resolve({
    version: `ConvNetJS ${version}`,
    train(examples) {
      for (let i = 0; i < examples; i++) {
        input.w.set(data.inputs.subarray(at * inputSize, (at + 1) * inputSize));
        trainer.train(input, labels[at] as number);
        at = (at + 1) % labels.length;
      }
      return Promise.resolve();
    },
  });
}
