import * as tf from '@tensorflow/tfjs';
import type { Trainer } from '../contenders/peer.js';
import { startTfjs } from '../peers/tfjs.js';
import { type Network, sizes } from './network.js';
import { minibatches, type NetworkData } from './networkData.js';

/** TensorFlow.js on one of its back ends: variables, `optimizer.minimize`. */
export async function tfjsNetwork(
  backend: 'wasm' | 'cpu',
  network: Network,
  data: NetworkData,
): Promise<Trainer> {
  const version = await startTfjs(backend);
  const { kind, batchSize } = network;
  const logits = forwards[kind]();
  const optimizer = tf.train.sgd(0.01);
  const next = minibatches(data, network);
  return {
    version,
    train(examples) {
      for (let done = 0; done < examples; done += batchSize) {
        const { inputs, labels } = next();
        tf.tidy(() => {
          const input = tf.tensor(inputs, [batchSize, inputs.length / batchSize]) as tf.Tensor2D;
          const target = tf.oneHot(tf.tensor1d(labels, 'int32'), sizes[kind].classes);
          optimizer.minimize(() => tf.losses.softmaxCrossEntropy(target, logits(input)) as tf.Scalar);
        });
      }
      // Reading a number waits for all that was queued.
      for (const variable of last) variable.dataSync();
      return Promise.resolve();
    },
  };
}

const last: tf.Variable[] = [];

function weight(...shape: number[]): tf.Tensor2D & tf.Tensor4D {
  const bound = Math.sqrt(6 / ((shape.at(-2) ?? 1) + (shape.at(-1) as number)));
  return tf.variable(tf.randomUniform(shape, -bound, bound)) as unknown as tf.Tensor2D & tf.Tensor4D;
}

function bias(units: number): tf.Tensor {
  const variable = tf.variable(tf.zeros([units]));
  last[0] = variable;
  return variable;
}

type Forward = (input: tf.Tensor2D) => tf.Tensor2D;

function linear(fanIn: number, units: number): Forward {
  const [w, b] = [weight(fanIn, units), bias(units)];
  return (x) => tf.add<tf.Tensor2D>(tf.matMul(x, w), b);
}

function conv(size: number, from: number, channels: number, padding: 'same' | 'valid') {
  const [w, b] = [weight(size, size, from, channels), bias(channels)];
  return (x: tf.Tensor4D): tf.Tensor4D => {
    const sum = tf.add<tf.Tensor4D>(tf.conv2d(x, w, 1, padding), b);
    return tf.maxPool(tf.relu(sum), 2, 2, 'valid');
  };
}

const forwards: Readonly<Record<Network['kind'], () => Forward>> = {
  lenet() {
    const [first, second] = [conv(5, 1, 6, 'same'), conv(5, 6, 16, 'valid')];
    const [a, b, c] = [linear(400, 120), linear(120, 84), linear(84, sizes.lenet.classes)];
    return (x) => {
      const pictures = second(first(tf.reshape<tf.Rank.R4>(x, [-1, 28, 28, 1])));
      return c(tf.relu(b(tf.relu(a(tf.reshape(pictures, [-1, 400]))))));
    };
  },
  convnet() {
    const layers = [conv(3, 3, 32, 'same'), conv(3, 32, 64, 'same'), conv(3, 64, 128, 'same')];
    const top = linear(2048, sizes.convnet.classes);
    return (x) => {
      const pictures = layers.reduce(
        (value, layer) => layer(value),
        tf.reshape<tf.Rank.R4>(x, [-1, 32, 32, 3]),
      );
      return top(tf.reshape(pictures, [-1, 2048]));
    };
  },
  lstm() {
    const { length, features, units, classes } = sizes.lstm;
    const [kernel, b, top] = [weight(features + units, 4 * units), bias(4 * units), linear(units, classes)];
    const forget = tf.scalar(1);
    return (x) => {
      const batch = x.shape[0];
      const steps = tf.unstack(tf.reshape(x, [batch, length, features]), 1) as tf.Tensor2D[];
      let [c, h] = [tf.zeros([batch, units]) as tf.Tensor2D, tf.zeros([batch, units]) as tf.Tensor2D];
      for (const step of steps) [c, h] = tf.basicLSTMCell(forget, kernel, b as tf.Tensor1D, step, c, h);
      return top(h);
    };
  },
  transformer() {
    const { length, features, heads, hidden, classes } = sizes.transformer;
    const [query, key, value, output] = [0, 1, 2, 3].map(() => linear(features, features)) as Four;
    const [wide, narrow] = [linear(features, hidden), linear(hidden, features)];
    const [between, above, top] = [layerNorm(features), layerNorm(features), linear(features, classes)];
    const size = features / heads;
    const split = (x: tf.Tensor2D): tf.Tensor =>
      tf.transpose(tf.reshape(x, [-1, length, heads, size]), [0, 2, 1, 3]);
    return (x) => {
      const rows = tf.reshape(x, [-1, features]) as tf.Tensor2D;
      const scores = tf.matMul(split(query(rows)), split(key(rows)), false, true);
      const shares = tf.softmax(tf.mul(scores, 1 / Math.sqrt(size)));
      const context = tf.transpose(tf.matMul(shares, split(value(rows))), [0, 2, 1, 3]);
      const attended = output(tf.reshape(context, [-1, features]));
      const middle = between(tf.add(rows, attended));
      const done = above(tf.add(middle, narrow(tf.relu(wide(middle)))));
      return top(tf.mean(tf.reshape(done, [-1, length, features]), 1));
    };
  },
  clicks() {
    const { fields, vocabulary, width, hidden, classes } = sizes.clicks;
    const table = weight(vocabulary, width);
    const [middle, top] = [linear(fields * width, hidden), linear(hidden, classes)];
    return (x) => {
      const vectors = tf.gather(table as tf.Tensor2D, tf.reshape(x, [-1]).toInt());
      return top(tf.relu(middle(tf.reshape(vectors, [-1, fields * width]))));
    };
  },
};

type Four = [Forward, Forward, Forward, Forward];

function layerNorm(features: number): Forward {
  const [gain, shift] = [tf.variable(tf.ones([features])), bias(features)];
  return (x) => {
    const { mean, variance } = tf.moments(x, 1, true);
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
    return tf.add(tf.mul(normal, gain), shift);
  };
}
