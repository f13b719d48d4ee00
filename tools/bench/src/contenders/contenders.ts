import { type BenchFiles, readBenchData } from './benchFiles.js';
import type { Trainer } from './peer.js';
import type { Workload } from './workload.js';

/** Who runs in a Node process of its own, by the name in the table. Only the one that runs is imported. */
export const contenders: Readonly<
  Record<string, (workload: Workload, files: BenchFiles, threads: number) => Promise<Trainer>>
> = {
  'fluxion wasm': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionStream('wasm', workload, files, threads),
  'fluxion wasm, one by one': async (workload, files) =>
    (await import('../peers/fluxion.js')).fluxionOneByOne(workload, files),
  'fluxion wasm, bare loop': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionLoop('wasm', workload, await readBenchData(files), threads),
  'fluxion wasm, 2 threads': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionStream('wasm-2-threads', workload, files, threads),
  'fluxion blas, 1 thread': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionStream('blas', workload, files, threads),
  'fluxion blas, bare loop': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionLoop('blas', workload, await readBenchData(files), threads),
  'BLAS products alone': async (workload) =>
    (await import('../peers/blasProducts.js')).blasProducts(workload),
  'fluxion blas, 2 threads': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionStream('blas', workload, files, threads),
  'fluxion blas, bare loop, 2 threads': async (workload, files, threads) =>
    (await import('../peers/fluxion.js')).fluxionLoop('blas', workload, await readBenchData(files), threads),
  'tfjs wasm': async (workload, files) =>
    (await import('../peers/tfjs.js')).tfjs('wasm', workload, await readBenchData(files)),
  'tfjs cpu': async (workload, files) =>
    (await import('../peers/tfjs.js')).tfjs('cpu', workload, await readBenchData(files)),
  'jax-js wasm': async (workload, files) =>
    (await import('../peers/jaxjs.js')).jaxjs(workload, await readBenchData(files)),
  ConvNetJS: async (workload, files) =>
    (await import('../peers/convnetjs.js')).convnetjs(workload, await readBenchData(files)),
};
