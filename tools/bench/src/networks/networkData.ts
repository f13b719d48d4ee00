import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { random } from '@fluxion/tensor';
import { benchFiles } from '../contenders/benchFiles.js';
import { inputSize, type Network, sizes } from './network.js';
import type { NetworkJob } from './networkJob.js';

type NetworkFiles = Pick<NetworkJob, 'inputs' | 'labels'>;

const EXAMPLES = 1024;

/** Examples in memory. */
export interface NetworkData {
  readonly inputs: Float32Array | Int32Array;
  readonly labels: Int32Array;
}

/** Writes the examples of a kind of network: MNIST for LeNet, made up for the others. */
export async function networkFiles(kind: Network['kind'], folder: string): Promise<NetworkFiles> {
  if (kind === 'lenet') return benchFiles('mnist', folder);
  const numbers = random(1, kind);
  const length = EXAMPLES * inputSize(kind);
  const inputs =
    kind === 'clicks'
      ? // Words by Zipf's law, as events have them.
        Int32Array.from({ length }, (_, i) => Math.floor(sizes.clicks.vocabulary ** numbers.uniform(i)) - 1)
      : Float32Array.from({ length }, (_, i) => numbers.uniform(i) - 0.5);
  const labels = Int32Array.from({ length: EXAMPLES }, (_, i) =>
    numbers.integer(2 ** 40 + i, sizes[kind].classes),
  );
  const files = { inputs: join(folder, `${kind}.inputs`), labels: join(folder, `${kind}.labels`) };
  await writeFile(files.inputs, inputs);
  await writeFile(files.labels, labels);
  return files;
}

/** Reads them. */
export async function readNetworkData({ workload, inputs, labels }: NetworkJob): Promise<NetworkData> {
  const bytes = new Uint8Array(await readFile(inputs)).buffer;
  return {
    inputs: workload.kind === 'clicks' ? new Int32Array(bytes) : new Float32Array(bytes),
    labels: new Int32Array(new Uint8Array(await readFile(labels)).buffer),
  };
}

/** Calls with one minibatch after the other, going round the data, as views of it. */
export function minibatches(
  { inputs, labels }: NetworkData,
  { kind, batchSize }: Network,
): () => { inputs: Float32Array | Int32Array; labels: Int32Array } {
  const size = inputSize(kind);
  let at = 0;
  return () => {
    if (at + batchSize > labels.length) at = 0;
    const from = at;
    at += batchSize;
    return {
      inputs: inputs.subarray(from * size, at * size),
      labels: labels.subarray(from, at),
    };
  };
}
