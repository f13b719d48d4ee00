import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { hasBlas } from '@fluxion/tensor';
import { median } from '../measuring/median.js';
import { markdownTable } from '../pages/markdownTable.js';
import type { WaitingJob, WaitingRound } from './waitingWorker.js';

const FAN_IN = 784;
/** Units of the layer, whose weight has about 2^15 to 2^20 numbers. */
const WIDTHS = [42, 84, 167, 335, 669, 1338];
const DENSITIES = [0.2, 0.3, 0.4, 0.5, 0.7, 1];
const ROUNDS = 9;
/** What the first rounds run is still being compiled. */
const WARM_UP = 4;

/**
 * Times as fast a step after each example is where all updates wait as where none does, by the numbers of the weight and by the
 * share of the input's numbers that are not zero: what decides from where on they wait.
 */
export async function waitingTable(): Promise<string> {
  const tables: string[] = [];
  for (const kernels of ['wasm', ...(hasBlas() ? (['blas'] as const) : [])] as const) {
    for (const isAhead of [true, false]) {
      const title = `${kernels}, ${isAhead ? 'a stream that looks ahead' : 'events'}`;
      tables.push(await table(title, { kernels, isAhead }));
    }
  }
  return tables.join('\n\n');
}

async function table(title: string, job: Omit<WaitingJob, 'waits'>): Promise<string> {
  // Each in a thread of its own, where nothing is compiled for the other.
  const waiting = trainerThread({ ...job, waits: true });
  const single = trainerThread({ ...job, waits: false });
  try {
    const rows: string[][] = [];
    for (const width of WIDTHS) {
      const row = [`784 × ${width} = 2^${Math.log2(FAN_IN * width).toFixed(1)}`];
      for (const density of DENSITIES) {
        const ratios: number[] = [];
        for (let i = 0; i < WARM_UP + ROUNDS; i++) {
          const own = await millisecondsOf(waiting, { width, density });
          ratios.push((await millisecondsOf(single, { width, density })) / own);
        }
        row.push(`${median(ratios.slice(WARM_UP)).toFixed(2)}×`);
      }
      rows.push(row);
    }
    return markdownTable([title, ...DENSITIES.map((density) => `${100 * density} % not zero`)], rows);
  } finally {
    await Promise.all([waiting.terminate(), single.terminate()]);
  }
}

function trainerThread(workerData: WaitingJob): Worker {
  return new Worker(new URL('./waitingWorker.js', import.meta.url), { workerData });
}

async function millisecondsOf(trainer: Worker, round: WaitingRound): Promise<number> {
  trainer.postMessage(round);
  const [milliseconds] = (await once(trainer, 'message')) as [number];
  return milliseconds;
}
