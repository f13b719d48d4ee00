import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@fluxion/tensor';
import { Table as ArrowTable, type RecordBatch, type Table, tableFromArrays, tableToIPC } from 'apache-arrow';
import { afterAll } from 'vitest';

/** A folder of this test file's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fluxion-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Rows of two numbers and the class that they are of: above or below the line a = b. */
export function points(rows: number, blockSize: number): Table {
  const numbers = random(1, 'points');
  const batches: RecordBatch[] = [];
  for (let first = 0; first < rows; first += blockSize) {
    const length = Math.min(blockSize, rows - first);
    const a = Float32Array.from({ length }, (_, i) => numbers.uniform(2 * (first + i)));
    const b = Float32Array.from({ length }, (_, i) => numbers.uniform(2 * (first + i) + 1));
    const side = Int32Array.from(a, (value, i) => (value > (b[i] as number) ? 1 : 0));
    batches.push(...tableFromArrays({ a, b, side }).batches);
  }
  return new ArrowTable(batches);
}

/** Writes a table as an IPC file and answers its path. */
export function arrowFileOf(folder: string, name: string, table: Table): string {
  const path = join(folder, name);
  writeFileSync(path, tableToIPC(table, 'file'));
  return path;
}
