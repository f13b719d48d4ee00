import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '@fluxion/tensor';
import {
  Table as ArrowTable,
  type Data,
  Field,
  FixedSizeList,
  Float64,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  type Table,
  tableFromArrays,
  tableToIPC,
} from 'apache-arrow';
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

/**
 * One block whose numbers take far longer to convert than a turn of the event loop should: `width` columns of float64,
 * which share their numbers, and a list of as many.
 */
export function wideBlock(rows: number, width: number): Table {
  const constant = (length: number): Data<Float64> =>
    makeData({ type: new Float64(), data: new Float64Array(length).fill(0.25) });
  const column = constant(rows);
  const list = new FixedSizeList(width, new Field('item', new Float64(), false));
  const columns = {
    ...Object.fromEntries(Array.from({ length: width }, (_, i) => [`x${i}`, column])),
    list: makeData({ type: list, length: rows, nullCount: 0, child: constant(rows * width) }),
    side: makeData({ type: new Int32(), data: new Int32Array(rows) }),
  };
  const fields = Object.entries(columns).map(([name, { type }]) => new Field(name, type, false));
  const children = Object.values<Data>(columns);
  const struct = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  return new ArrowTable(new RecordBatch(new Schema(fields), struct));
}

/** Writes a table as an IPC file and answers its path. */
export function arrowFileOf(folder: string, name: string, table: Table): string {
  const path = join(folder, name);
  writeFileSync(path, tableToIPC(table, 'file'));
  return path;
}
