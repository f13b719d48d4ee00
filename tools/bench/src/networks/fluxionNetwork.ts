import { type FlowGraph, objective } from '@fluxion/graph';
import {
  add,
  apply,
  conv2d,
  embedding,
  flatten,
  graph,
  layerNorm,
  linear,
  lstm,
  maxPool2d,
  meanAxis,
  multiHeadAttention,
  relu,
  sequential,
} from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { type KernelsName, labels as labelsOf, type Tensor, tensor } from '@fluxion/tensor';
import type { Trainer } from '../contenders/peer.js';
import { type Network, sizes } from './network.js';
import { minibatches, type NetworkData } from './networkData.js';

/** Ours, on data in memory. */
export function fluxionNetwork(kernels: KernelsName, network: Network, data: NetworkData): Trainer {
  const { kind, batchSize } = network;
  const model = models[kind]({ seed: 1, kernels });
  const [shape] = Object.values(model.inputs);
  const target = objective(model, softmaxCrossEntropy());
  const state = optimizerState(sgd({ learningRate: 0.01 }), model);
  const next = minibatches(data, network);
  return {
    version: `Fluxion, ${kernels}`,
    train(count) {
      for (let done = 0; done < count; done += batchSize) {
        const { inputs, labels } = next();
        const whole = [batchSize, ...(shape ?? [])];
        const input = inputs instanceof Int32Array ? labelsOf(inputs, whole) : tensor(inputs, whole);
        const tape = model.fprop({ input: input as Tensor });
        state.update(tape.bprop(target, { target: labelsOf(labels) }).gradients);
        tape.release();
      }
      return Promise.resolve();
    },
  };
}

type Options = { readonly seed: number; readonly kernels: KernelsName };

const models: Readonly<Record<Network['kind'], (options: Options) => FlowGraph>> = {
  lenet: (options) =>
    sequential(
      [
        ...[conv2d(6, 5, { padding: 2 }), relu(), maxPool2d(2)],
        ...[conv2d(16, 5), relu(), maxPool2d(2), flatten()],
        ...[linear(120), relu(), linear(84), relu(), linear(sizes.lenet.classes)],
      ],
      { inputShape: [sizes.lenet.side, sizes.lenet.side, 1], ...options },
    ),
  convnet: (options) =>
    sequential(
      [
        ...[32, 64, 128].flatMap((channels) => [conv2d(channels, 3, { padding: 1 }), relu(), maxPool2d(2)]),
        ...[flatten(), linear(sizes.convnet.classes)],
      ],
      { inputShape: [sizes.convnet.side, sizes.convnet.side, sizes.convnet.channels], ...options },
    ),
  lstm: (options) => {
    const { length, features, units, classes } = sizes.lstm;
    return sequential([lstm(units), linear(classes)], { inputShape: [length, features], ...options });
  },
  transformer: (options) => {
    const { length, features, heads, hidden, classes } = sizes.transformer;
    return graph(
      {
        inputs: { input: [length, features] },
        boxes: {
          attended: apply(multiHeadAttention(heads), 'input'),
          sum: apply(add(), 'input', 'attended'),
          between: apply(layerNorm(), 'sum'),
          wide: apply(linear(hidden), 'between'),
          active: apply(relu(), 'wide'),
          narrow: apply(linear(features), 'active'),
          deeper: apply(add(), 'between', 'narrow'),
          above: apply(layerNorm(), 'deeper'),
          mean: apply(meanAxis(0), 'above'),
          logits: apply(linear(classes), 'mean'),
        },
        outputs: ['logits'],
      },
      options,
    );
  },
  clicks: (options) => {
    const { fields, vocabulary, width, hidden, classes } = sizes.clicks;
    return sequential([embedding(width), flatten(), linear(hidden), relu(), linear(classes)], {
      inputShape: { shape: [fields], indices: vocabulary },
      ...options,
    });
  },
};
