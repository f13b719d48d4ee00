import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Ran } from './fluxion.js';

const bin = fileURLToPath(new URL('../bin/fluxion.js', import.meta.url));

/** A run of the command that can be watched and interrupted. */
export interface Running {
  readonly ended: Promise<Ran>;
  /** Resolves when stdout has had so many lines. */
  lines(count: number): Promise<void>;
  /** What stdout has had so far. */
  out(): string;
  kill(signal: NodeJS.Signals): void;
  /** Stops reading stdout, as `head` does. */
  stopReading(): void;
}

/** Starts the command as it was built, in a process of its own. */
export function spawnFluxion(args: readonly string[]): Running {
  return running(process.execPath, [bin, ...args]);
}

/** Runs the command where so few files may be open. */
export function crowded(files: number, ...args: readonly string[]): Promise<Ran> {
  return running('sh', ['-c', `ulimit -n ${files}; exec "$@"`, 'sh', process.execPath, bin, ...args]).ended;
}

function running(program: string, args: readonly string[]): Running {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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
    out: () => out,
    kill: (signal) => void child.kill(signal),
    stopReading: () => void child.stdout.destroy(),
  };
}

/** Runs the command with an output that takes nothing, as on a disk that is full. */
export async function unwritable(...args: readonly string[]): Promise<Ran> {
  const readOnly = openSync(bin, 'r');
  try {
    const child = spawn(process.execPath, [bin, ...args], {
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
