import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { random } from '@fluxion/tensor';
import {
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint8,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { afterAll } from 'vitest';
import { scratchFolder } from '../../../test/scratchFolder.js';

/** A new folder for the files of one test file, in which the command runs until its tests are over. */
export function enterNewFolder(): string {
  const before = process.cwd();
  const folder = scratchFolder('fluxion-cli-');
  process.chdir(folder);
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** The names of the three kinds of points, as awkward as CSV allows; by code of the dictionary. */
export const kinds = ['dog', 'a "big", cat', 'owl'] as const;

/**
 * Points in the plane: x and y in [−1, 1], the `kind` of each by its quadrant as a name, as a number (`id`) and as a
 * plain string (`word`), whether x + y is positive (`yes`), and 2x − y + ½ (`price`).
 */
export function pointsFile(folder: string, name: string, rows: number, seed = 1): void {
  const numbers = random(seed, 'points').uniform;
  const x = Float32Array.from({ length: rows }, (_, i) => 2 * numbers(2 * i) - 1);
  const y = Float32Array.from({ length: rows }, (_, i) => 2 * numbers(2 * i + 1) - 1);
  const each = <T>(of: (x: number, y: number) => T): T[] =>
    Array.from(x, (value, i) => of(value, y[i] as number));
  const id = (x: number, y: number): number => (x < 0 ? 0 : y < 0 ? 1 : 2);
  const table = new Table({
    x: vectorFromArray([...x], new Float32()),
    y: vectorFromArray([...y], new Float32()),
    kind: vectorFromArray(
      each((x, y) => kinds[id(x, y)]),
      new Dictionary(new Utf8(), new Int32()),
    ),
    id: vectorFromArray(each(id), new Int32()),
    word: vectorFromArray(
      each((x, y) => kinds[id(x, y)]),
      new Utf8(),
    ),
    yes: vectorFromArray(
      each((x, y) => (x + y > 0 ? 1 : 0)),
      new Int32(),
    ),
    price: vectorFromArray(
      each((x, y) => 2 * x - y + 0.5),
      new Float32(),
    ),
  });
  writeFileSync(join(folder, name), tableToIPC(table, 'file'));
}

/** Pictures of four bytes and a number beside each; `label` 1 where the first byte is bright. */
export function picturesFile(folder: string, name: string, rows: number): void {
  const numbers = random(2, 'pictures').integer;
  const pixels = Uint8Array.from({ length: 4 * rows }, (_, i) => numbers(i, 256));
  const type = new FixedSizeList(4, new Field('pixel', new Uint8(), false));
  const child = makeData({ type: new Uint8(), length: pixels.length, nullCount: 0, data: pixels });
  const pictures = makeData({ type, length: rows, nullCount: 0, child });
  const labels = Int32Array.from({ length: rows }, (_, i) => ((pixels[4 * i] as number) > 127 ? 1 : 0));
  const schema = new Schema([
    new Field('picture', type, false),
    new Field('age', new Float32(), false),
    new Field('label', new Int32(), false),
  ]);
  const batch = new RecordBatch(
    schema,
    makeData({
      type: new Struct(schema.fields),
      length: rows,
      nullCount: 0,
      children: [
        pictures,
        makeData({ type: new Float32(), length: rows, nullCount: 0, data: new Float32Array(rows) }),
        makeData({ type: new Int32(), length: rows, nullCount: 0, data: labels }),
      ],
    }),
  );
  writeFileSync(join(folder, name), tableToIPC(new Table([batch]), 'file'));
}

/** A file of the same columns as points, with no rows. */
export function emptyFile(folder: string, name: string): void {
  const table = new Table({
    x: new Vector([makeData({ type: new Float32() })]),
    price: new Vector([makeData({ type: new Float32() })]),
  });
  writeFileSync(join(folder, name), tableToIPC(table, 'file'));
}
