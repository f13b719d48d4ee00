import { createInterface } from 'node:readline';
import type { KernelsName } from '@fluxion/tensor';
import type { Trainer } from '../contenders/peer.js';
import { serveRounds } from '../contenders/serveRounds.js';
import { processorSeconds } from '../measuring/processorSeconds.js';
import { readNetworkData } from './networkData.js';
import type { NetworkJob } from './networkJob.js';

const ours = (kernels: KernelsName) => async (job: NetworkJob) =>
  (await import('./fluxionNetwork.js')).fluxionNetwork(kernels, job.workload, await readNetworkData(job));
const products = (kernels: KernelsName) => async (job: NetworkJob) =>
  (await import('./networkProducts.js')).networkProducts(kernels, job.workload);
const tfjs = (backend: 'wasm' | 'cpu') => async (job: NetworkJob) =>
  (await import('./tfjsNetwork.js')).tfjsNetwork(backend, job.workload, await readNetworkData(job));

/** Who runs in a Node process of its own, by the name in the table. Only the one that runs is imported. */
const contenders: Readonly<Record<string, (job: NetworkJob) => Promise<Trainer>>> = {
  'fluxion wasm': ours('wasm'),
  'wasm products alone': products('wasm'),
  'fluxion blas': ours('blas'),
  'BLAS products alone': products('blas'),
  'tfjs wasm': tfjs('wasm'),
  'tfjs cpu': tfjs('cpu'),
  ConvNetJS: async (job) =>
    (await import('./convnetjsNetwork.js')).convnetjsNetwork(job.workload, await readNetworkData(job)),
};

// A process for one contender: the job comes as the only argument, and each line of the input asks for a round.
const job = JSON.parse(process.argv[2] as string) as NetworkJob;
const make = contenders[job.contender];
if (make === undefined) throw new Error(`bench networks: there is no contender '${job.contender}'`);
const lines = createInterface({ input: process.stdin });
await serveRounds(await make(job), job, lines, (line) => console.log(line), processorSeconds);
