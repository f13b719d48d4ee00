import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/fluxion.js', import.meta.url));

/** How a run of the command ended. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** An event of `--json`. */
export type Event = Readonly<Record<string, unknown>> & { readonly event: string };

/** A run of the command that can be watched and interrupted. */
export interface Running {
  readonly ended: Promise<Ran>;
  /** Resolves when stdout has had so many lines. */
  lines(count: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Stops reading stdout, as `head` does. */
  stopReading(): void;
}

/** Starts the real command, as it was built, in a folder. */
export function start(folder: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return {
    ended,
    lines: (count) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.split('\n').length > count) resolve();
        };
        child.stdout.on('data', look);
        child.on('close', () => reject(new Error(`ended before ${count} lines: ${err}`)));
        look();
      }),
    kill: (signal) => void child.kill(signal),
    stopReading: () => void child.stdout.destroy(),
  };
}

/** Runs the real command to its end. */
export function fluxion(folder: string, ...args: readonly string[]): Promise<Ran> {
  return start(folder, args).ended;
}

/** Runs the real command with an output that takes nothing, as on a disk that is full. */
export async function unwritable(folder: string, ...args: readonly string[]): Promise<Ran> {
  const readOnly = openSync(bin, 'r');
  try {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: folder,
      stdio: ['ignore', readOnly, 'pipe'],
    });
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, out: '', err };
  } finally {
    closeSync(readOnly);
  }
}

/** Every line of the output, which must be JSON objects and nothing else. */
export function events({ out }: Ran): readonly Event[] {
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}
