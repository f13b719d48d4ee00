import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { lineOf } from './lineOf.js';

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A contender that is warm and waits for its next round. */
export interface ContenderProcess {
  readonly version: string;
  /** Mean loss of the first 1,000 examples, where it tells. */
  readonly firstLoss: number | undefined;
  /** Runs a round; examples per second. */
  round(): Promise<number>;
  end(): Promise<void>;
}

/** Variables by which the BLAS libraries are told their number of threads. */
export const THREADS: readonly string[] = [
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'OMP_NUM_THREADS',
];

/** The environment of a process whose BLAS is to use so many threads. */
export function withThreads(threads: number): NodeJS.ProcessEnv {
  return { ...process.env, ...Object.fromEntries(THREADS.map((name) => [name, `${threads}`])) };
}

/**
 * Starts a contender in a process of its own and waits until it is warm. It answers in lines of JSON: `{"version": …}`
 * when it is ready, perhaps with `firstLoss`, and `{"examplesPerSecond": …}` for each line that it is sent; what else it prints is passed over.
 *
 * @param patience seconds that it may take to be warm
 * @throws {Error} when it cannot be started, is not warm in time, or ends by itself, with the line of its complaint that says
 *   most.
 */
export async function contenderProcess(
  command: Command,
  threads: number,
  patience = 60,
): Promise<ContenderProcess> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'pipe', env: withThreads(threads) });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const gone = complaintOf(child);
  // It may go while nobody waits for it.
  gone.catch(() => {});

  const answer = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), gone]);
      if (done) await gone;
      else if (value.startsWith('{')) return JSON.parse(value);
    }
  };
  const impatience = setTimeout(() => child.kill(), 1000 * patience);
  const ready = answer().catch((error: unknown) => {
    throw child.killed ? new Error(`it was not warm within ${patience} s`) : error;
  });
  const { version, firstLoss } = (await ready.finally(() => clearTimeout(impatience))) as {
    version: string;
    firstLoss?: number;
  };
  return {
    version,
    firstLoss,
    async round() {
      child.stdin.write('go\n');
      return ((await answer()) as { examplesPerSecond: number }).examplesPerSecond;
    },
    async end() {
      child.kill();
      await gone.catch(() => {});
    },
  };
}

/** Rejects when the process has gone. */
async function complaintOf(child: ChildProcess): Promise<never> {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  // Writing to a process that has gone is no error of its own: that it has gone is told.
  child.stdin?.on('error', () => {});
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  throw new Error(lineOf(errors) || `ended by itself (${signal ?? `exit code ${code}`})`);
}
