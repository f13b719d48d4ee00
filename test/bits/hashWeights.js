// Trains small networks of every kind of arithmetic on 1,000 made-up examples, and prints a hash of their weights.
import { createHash } from 'node:crypto';
import { objective } from '@fluxion/graph';
import {
  averagePool2d,
  batchNorm,
  conv2d,
  dropout,
  flatten,
  gelu,
  gru,
  layerNorm,
  linear,
  lstm,
  multiHeadAttention,
  relu,
  reshapeTo,
  sequential,
  sigmoid,
  softsign,
  tanh,
} from '@fluxion/layers';
import { binaryCrossEntropy, l1, l2, softmaxCrossEntropy, squaredError, sum } from '@fluxion/loss';
import { adam, adamW, lamb, optimizerState, rmsprop, sgd } from '@fluxion/optim';
import { elements, labels, random, tensor } from '@fluxion/tensor';

const EXAMPLES = 1000;
const INPUTS = 50;
const CLASSES = 7;

/** @type {Record<string, { activation: typeof tanh, hidden?: number, below?: readonly import('@fluxion/graph').BoxDescription[], kernels?: import('@fluxion/tensor').KernelsName, data?: string, batchSize: number, looksAhead?: boolean, loss: import('@fluxion/graph').Loss, optimizer: import('@fluxion/optim').Optimizer, regularizer?: import('@fluxion/graph').Regularizer }>} */
const runs = {
  'tanh, sgd': {
    activation: tanh,
    batchSize: 1,
    loss: softmaxCrossEntropy(),
    optimizer: sgd({ learningRate: 0.05, decreaseConstant: 1e-3 }),
  },
  'sigmoid, momentum, l1 and l2': {
    activation: sigmoid,
    batchSize: 1,
    loss: squaredError(),
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
    regularizer: sum(l1(1e-4), l2(1e-4)),
  },
  'relu, adam, minibatches': {
    activation: relu,
    batchSize: 20,
    loss: binaryCrossEntropy(),
    optimizer: adam(),
    regularizer: l2(1e-4),
  },
  // A weight so large that two halves of it are summed.
  'relu, wide, l2': {
    activation: relu,
    hidden: 1500,
    batchSize: 1,
    loss: softmaxCrossEntropy(),
    optimizer: sgd({ learningRate: 0.01 }),
    regularizer: l2(1e-4),
  },
};
runs['relu, wide, l2, on two threads'] = {
  ...runs['relu, wide, l2'],
  data: 'relu, wide, l2',
  kernels: 'wasm-2-threads',
};
// A weight so large that updates wait.
runs['relu, wider, momentum, l2'] = {
  ...runs['relu, wide, l2'],
  hidden: 5300,
  optimizer: sgd({ learningRate: 0.001, momentum: 0.9 }),
};
runs['relu, wider, looking ahead'] = {
  ...runs['relu, wide, l2'],
  hidden: 5300,
  regularizer: undefined,
  looksAhead: true,
};
runs['relu, wider, looking ahead, on two threads'] = {
  ...runs['relu, wider, looking ahead'],
  data: 'relu, wider, looking ahead',
  kernels: 'wasm-2-threads',
};
runs['relu, wider, nesterov, looking ahead'] = {
  ...runs['relu, wider, looking ahead'],
  optimizer: sgd({ learningRate: 0.001, momentum: 0.9, nesterov: true }),
  regularizer: l2(1e-4),
};
runs['relu, wider, nesterov, looking ahead, on two threads'] = {
  ...runs['relu, wider, nesterov, looking ahead'],
  data: 'relu, wider, nesterov, looking ahead',
  kernels: 'wasm-2-threads',
};

runs['convolution, batch norm, gelu, rmsprop'] = {
  activation: gelu,
  below: [
    reshapeTo([10, 5, 1]),
    conv2d(8, 3, { padding: 'same' }),
    batchNorm(),
    gelu(),
    averagePool2d(2),
    flatten(),
  ],
  batchSize: 10,
  loss: softmaxCrossEntropy(),
  optimizer: rmsprop({ learningRate: 0.001 }),
};
runs['lstm, gru, dropout, adamW'] = {
  activation: softsign,
  below: [reshapeTo([10, 5]), lstm(12, { sequence: true }), dropout(0.2), gru(9)],
  batchSize: 1,
  loss: softmaxCrossEntropy(),
  optimizer: adamW({ learningRate: 0.001 }),
};
runs['attention, layer norm, lamb'] = {
  activation: relu,
  below: [reshapeTo([10, 5]), linear(8), layerNorm(), multiHeadAttention(2), flatten()],
  batchSize: 10,
  loss: softmaxCrossEntropy(),
  optimizer: lamb({ learningRate: 0.001 }),
};

for (const [
  name,
  {
    activation,
    hidden = 33,
    below = [],
    kernels,
    data = name,
    batchSize,
    looksAhead = false,
    loss,
    optimizer,
    regularizer,
  },
] of Object.entries(runs)) {
  const model = sequential(
    [...below, linear(hidden), activation(), linear(18), activation(), linear(CLASSES)],
    {
      inputShape: [INPUTS],
      seed: 1,
      kernels: kernels ?? 'wasm',
    },
  );
  const target = objective(model, loss, regularizer);
  const numbers = random(1, data);
  /** @param {number} first @param {number} size */
  const inputs = (first, size) => {
    const values = Float32Array.from({ length: size * INPUTS }, (_, i) => {
      const u = numbers.uniform(first * INPUTS + i);
      return u < 0.4 ? 0 : u;
    });
    return tensor(values, [size, INPUTS]);
  };
  for (let first = 0; first < EXAMPLES; first += batchSize) {
    const targets =
      loss.targets === 'labels'
        ? labels(Array.from({ length: batchSize }, (_, i) => numbers.integer(2 ** 30 + first + i, CLASSES)))
        : tensor(
            Float32Array.from({ length: batchSize * CLASSES }, (_, i) =>
              numbers.integer(2 ** 30 + first * CLASSES + i, 2),
            ),
            [batchSize, CLASSES],
          );
    /** @param {string} _ @param {number} count */
    const ahead = (_, count) => inputs(first, Math.min(count, EXAMPLES - first));
    const tape = model.fprop({ input: inputs(first, batchSize) }, looksAhead ? { mode: 'train', ahead } : {});
    optimizerState(optimizer, model).update(tape.bprop(target, { target: targets }).gradients);
    tape.release();
  }
  const hash = createHash('sha256');
  for (const parameter of [...model.parameters, ...model.states])
    hash.update(Uint8Array.from(new Uint8Array(elements(model.valueOf(parameter)).slice().buffer)));
  console.log(`${hash.digest('hex').slice(0, 16)}  ${name}`);
}
