import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hasBlas } from '@fluxion/tensor';
import { withThreads } from '../contenders/contenderProcess.js';
import { onProcessor } from '../contenders/onProcessor.js';
import { median } from '../measuring/median.js';
import { markdownTable } from '../pages/markdownTable.js';
import type { WaitingJob, WaitingRound } from './waitingProcess.js';

const FAN_IN = 784;
/** Units of the layer, whose weight has about 2^15 to 2^20 numbers. */
const WIDTHS = [42, 84, 167, 335, 669, 1338];
const DENSITIES = [0.2, 0.3, 0.4, 0.5, 0.7, 1];
const ROUNDS = 15;
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
  // Each in a process of its own, where nothing is compiled for the other, and both on one processor.
  const waiting = trainer({ ...job, waits: true });
  const single = trainer({ ...job, waits: false });
  try {
    const rows: string[][] = [];
    for (const width of WIDTHS) {
      const row = [`${FAN_IN} × ${width} = 2^${Math.log2(FAN_IN * width).toFixed(1)}`];
      for (const density of DENSITIES) {
        const round = { fanIn: FAN_IN, width, density };
        const ratios: number[] = [];
        for (let i = 0; i < WARM_UP + ROUNDS; i++) {
          const own = await millisecondsOf(waiting, round);
          ratios.push((await millisecondsOf(single, round)) / own);
        }
        row.push(`${median(ratios.slice(WARM_UP)).toFixed(2)}×`);
      }
      rows.push(row);
    }
    return markdownTable([title, ...DENSITIES.map((density) => `${100 * density} % not zero`)], rows);
  } finally {
    for (const process of [waiting, single]) process.disconnect();
  }
}

function trainer(job: WaitingJob): ChildProcess {
  const program = fileURLToPath(new URL('./waitingProcess.js', import.meta.url));
  const [command, ...args] = onProcessor([process.execPath, program, JSON.stringify(job)], 0);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: withThreads(1) });
  // Who waits for its answer is told.
  return child.on('exit', (code, signal) => {
    if (code !== 0)
      child.emit(
        'error',
        new Error(`bench single: a process that trains ended (${signal ?? `exit code ${code}`})`),
      );
  });
}

async function millisecondsOf(trainer: ChildProcess, round: WaitingRound): Promise<number> {
  trainer.send(round);
  const [milliseconds] = (await once(trainer, 'message')) as [number];
  return milliseconds;
}
