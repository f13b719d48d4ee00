import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { BenchData } from '../contenders/benchData.js';
import type { Trainer } from '../contenders/peer.js';
import type { Workload } from '../contenders/workload.js';

/** Starts one of its back ends, on one thread; answers what it is. */
export async function startTfjs(backend: 'wasm' | 'cpu'): Promise<string> {
  if (backend === 'wasm') {
    const { setWasmPaths, setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
    setWasmPaths(`${dirname(entry)}/wasm-out/`);
    setThreadsCount(1);
  }
  await tf.setBackend(backend);
  await tf.ready();
  return `tfjs ${tf.version.tfjs} ${backend}`;
}

/** TensorFlow.js on one of its back ends: variables, `optimizer.minimize`, as its guide trains without layers. */
export async function tfjs(backend: 'wasm' | 'cpu', workload: Workload, data: BenchData): Promise<Trainer> {
  const version = await startTfjs(backend);
  const { sizes, batchSize } = workload;
  const layers = sizes.slice(1).map((units, i) => {
    const fanIn = sizes[i] as number;
    const bound = Math.sqrt(6 / (fanIn + units));
    return {
      weight: tf.variable(tf.randomUniform([fanIn, units], -bound, bound, 'float32', i)),
      bias: tf.variable(tf.zeros([units])),
    };
  });
  const forward = (input: tf.Tensor2D): tf.Tensor2D =>
    layers.reduce<tf.Tensor2D>((value, { weight, bias }, i) => {
      const sum = tf.add<tf.Tensor2D>(tf.matMul(value, weight as unknown as tf.Tensor2D), bias);
      return i < layers.length - 1 ? tf.relu(sum) : sum;
    }, input);
  const optimizer = tf.train.sgd(0.01);
  const count = data.labels.length;
  let at = 0;
  const step = (): void => {
    if (at + batchSize > count) at = 0;
    const { inputSize } = data;
    const inputs = data.inputs.subarray(at * inputSize, (at + batchSize) * inputSize);
    const labels = data.labels.subarray(at, at + batchSize);
    at += batchSize;
    tf.tidy(() => {
      const input = tf.tensor2d(inputs, [batchSize, inputSize]);
      const target = tf.oneHot(tf.tensor1d(labels, 'int32'), sizes.at(-1) as number);
      optimizer.minimize(() => tf.losses.softmaxCrossEntropy(target, forward(input)) as tf.Scalar);
    });
  };
  return {
    version,
    train(examples) {
      for (let done = 0; done < examples; done += batchSize) step();
      // Reading a weight waits for all that was queued.
      layers[0]?.bias.dataSync();
      return Promise.resolve();
    },
  };
}
