import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineOf } from '../contenders/lineOf.js';
import type { LeftOut } from '../measuring/leftOut.js';
import type { Table } from './table.js';

/** Makes scikit-learn's tables in a folder. */
export function sklearnTables(folder: string): readonly Table[] | LeftOut {
  const made = python('make', folder);
  if (typeof made !== 'string') return made;
  return (JSON.parse(made) as readonly Omit<Table, 'file'>[]).map((table) => ({
    ...table,
    file: join(folder, `${table.name}.csv`),
  }));
}

/** Accuracies, or R², of scikit-learn's models on the rows that `encodeRows` left in a folder. */
export function sklearnScores(folder: string): { readonly linear: number; readonly mlp: number } | LeftOut {
  const scores = python('fit', folder);
  return typeof scores === 'string' ? JSON.parse(scores) : scores;
}

/** One thread: with more, small products wait for each other. */
const threads = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };

function python(command: 'make' | 'fit', folder: string): string | LeftOut {
  const program = fileURLToPath(new URL('../../src/tables/sklearnTables.py', import.meta.url));
  let leftOut = '';
  for (const python of ['python3', '/usr/bin/python3']) {
    const env = { ...process.env, ...threads };
    const { status, stdout, stderr } = spawnSync(python, [program, command, folder], {
      encoding: 'utf8',
      env,
    });
    if (status === 0) return stdout;
    leftOut = lineOf(stderr ?? '') || `${python} cannot be run`;
  }
  return { leftOut: `${leftOut} (apt install python3-sklearn)` };
}
