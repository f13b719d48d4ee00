import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Job } from './job.js';
import type { Measured } from './runTrainer.js';

/** What could not be measured, and why. */
export interface LeftOut {
  readonly leftOut: string;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Measures one contender in a process of its own. One that cannot run is left out, with its last line of complaint. */
export async function measure(job: Job, folder: string): Promise<Measured | LeftOut> {
  if (job.contender.startsWith('PyTorch')) return measurePyTorch(job);
  if (job.contender === 'native limit') return measureLimit(job, folder);
  return lastLine(
    await run(process.execPath, ['--no-warnings', here('./runContender.js'), JSON.stringify(job)], {
      threads: threadsOf(job),
    }),
  );
}

/** A contender whose name says so may use both cores; all others have one thread. */
function threadsOf({ contender }: Job): number {
  return contender.endsWith('2 threads') ? 2 : 1;
}

async function measurePyTorch(measured: Job): Promise<Measured | LeftOut> {
  const { workload, files, runs } = measured;
  const threads = threadsOf(measured);
  const examples = workload.batchSize === 1 ? 4000 : 200 * workload.batchSize;
  const job = { ...workload, ...files, threads, examples, runs };
  return lastLine(
    await run('/usr/bin/python3', [here('../src/peers/pytorch.py')], { input: `${JSON.stringify(job)}\n` }),
  );
}

async function measureLimit({ workload, files, runs }: Job, folder: string): Promise<Measured | LeftOut> {
  const binary = `${folder}/limit`;
  const compiled = await run('gcc', [
    '-O3',
    '-march=native',
    '-ffast-math',
    '-o',
    binary,
    here('../src/peers/limit.c'),
  ]);
  if (compiled.code !== 0) return { leftOut: compiled.complaint };
  const result = await run(binary, [`${workload.sizes[1]}`, '20000', `${runs}`], { file: files.inputs });
  if (result.code !== 0) return { leftOut: result.complaint };
  return { version: 'C, -march=native', examplesPerSecond: result.output.trim().split('\n').map(Number) };
}

interface Result {
  readonly code: number;
  readonly output: string;
  readonly complaint: string;
}

async function run(
  command: string,
  args: readonly string[],
  { input, file, threads = 1 }: { input?: string; file?: string; threads?: number } = {},
): Promise<Result> {
  const count = `${threads}`;
  const env = {
    ...process.env,
    OPENBLAS_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    BLIS_NUM_THREADS: count,
  };
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  // A process that ends without reading all its input is no error here: its exit code tells.
  child.stdin.on('error', () => {});
  if (file === undefined) child.stdin.end(input ?? '');
  else createReadStream(file).pipe(child.stdin);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, output, complaint: lineOf(errors) };
  } catch (error) {
    return { code: 1, output, complaint: (error as Error).message };
  }
}

function lastLine({ code, output, complaint }: Result): Measured | LeftOut {
  return code === 0 ? (JSON.parse(lineOf(output)) as Measured) : { leftOut: complaint };
}

/** The line that says most: an error's message, or the last one. */
function lineOf(text: string): string {
  const lines = text.trim().split('\n');
  return lines.find((line) => /^\w*Error/.test(line)) ?? lines.at(-1) ?? '';
}
