import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../pages/markdownTable.js';
import { writeLargeArrow, writeLargeCsv } from './writeLargeTables.js';

/** Heap that the process is given, in MB. */
const HEAP = 256;

/** What a run prints. */
interface Run {
  readonly rows: number;
  /** Resident memory at the start and at each tenth of the rows, in MB. */
  readonly curve: readonly number[];
  /** The most that was resident at any time, in MB. */
  readonly most: number;
  readonly fitSeconds: number;
  readonly trainSeconds: number;
}

const FILES: readonly (readonly [name: string, write: (path: string, bytes: number) => Promise<void>])[] = [
  ['table.csv', writeLargeCsv],
  ['1-row.arrow', (path, bytes) => writeLargeArrow(path, bytes, 1)],
  ['10000-rows.arrow', (path, bytes) => writeLargeArrow(path, bytes, 10_000)],
  // 200 MB each.
  ['1800000-rows.arrow', (path, bytes) => writeLargeArrow(path, bytes, 1_800_000)],
];

/**
 * Trains on large files, CSV and Arrow in batches of one row, 10,000 rows and 200 MB, as they are stored and shuffled, each in
 * a process of its own with a heap of 256 MB: the memory that is resident at each tenth of the rows.
 */
export async function benchMemory(gigabytes: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
  const program = fileURLToPath(new URL('memoryRun.js', import.meta.url));
  const lines: string[][] = [];
  try {
    for (const [name, write] of FILES) {
      const path = join(folder, name);
      await write(path, gigabytes * 1e9);
      const megabytes = (await stat(path)).size / 1e6;
      for (const order of ['stored', 'shuffled']) {
        const run = runOf(program, path, order);
        const speed = (seconds: number): string => (megabytes / seconds).toFixed(0);
        lines.push([
          `${name}, ${order}`,
          run.curve.join(' '),
          run.most.toFixed(0),
          speed(run.fitSeconds),
          speed(run.trainSeconds),
        ]);
        console.log(lines.at(-1)?.join(' | '));
      }
      await rm(path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const headings = [
    `${gigabytes} GB each`,
    'MB resident at each tenth',
    'at most',
    'MB/s fitting an encoder',
    'MB/s training',
  ];
  return markdownTable(headings, lines);
}

function runOf(program: string, path: string, order: string): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP}`, program, path, order],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${path}, ${order}: ${stderr.slice(-500)}`);
  return JSON.parse(stdout) as Run;
}
