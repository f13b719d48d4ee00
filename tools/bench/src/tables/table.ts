import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '@fluxion/tensor';

/** A table with the column `target`, as CSV with a row a line. */
export interface Table {
  readonly name: string;
  /** What the target is. */
  readonly kind: 'classes' | 'number';
  readonly file: string;
}

/** How many rows it has. */
export function rowsOf({ file }: Table): number {
  return linesOf(file).length - 1;
}

/** Rows that are held out to compare on, at most. */
const MOST = 10_000;

/** Writes train.csv and test.csv: a quarter of the rows, drawn by a seed, are for the test. */
export function splitTable({ file }: Table, folder: string, seed: number): void {
  const [heading = '', ...rows] = linesOf(file);
  const draw = random(seed, 'split of a table');
  for (let i = rows.length - 1; i > 0; i--) {
    const j = draw.integer(i, i + 1);
    [rows[i], rows[j]] = [rows[j] as string, rows[i] as string];
  }
  const count = Math.min(MOST, Math.round(rows.length / 4));
  writeFileSync(join(folder, 'test.csv'), [heading, ...rows.slice(0, count), ''].join('\n'));
  writeFileSync(join(folder, 'train.csv'), [heading, ...rows.slice(count), ''].join('\n'));
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split(/\r?\n/);
}
