import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { digitsArrow } from '@fluxion/quickstart/digitsArrow';
import { type Idx, readIdx } from '@fluxion/quickstart/idx';
import { mnistFolder } from '@fluxion/quickstart/mnistArrow';
import { random } from '@fluxion/tensor';
import {
  Field,
  FixedSizeList,
  Float32,
  makeData,
  makeVector,
  Table,
  tableFromArrays,
  tableToIPC,
  Vector,
} from 'apache-arrow';
import type { BenchData } from './benchData.js';
import type { Workload } from './workload.js';

/** Examples enough that none stays in a cache from one round to the next. */
const EXAMPLES = 20_000;
/** Rows of a record batch. */
const BATCH = 1000;
const SIDE = 28;
/** Where Debian's package dataset-fashion-mnist puts its files. */
const FASHION = '/usr/share/datasets/fashion-mnist';

/** The same examples in the forms that the contenders take. */
export interface BenchFiles {
  /** Arrow file, for ours. */
  readonly arrow: string;
  readonly input: string | readonly string[];
  readonly target: string;
  readonly inputSize: number;
  /** Raw little-endian float32, and int32; of a table, whose targets are numbers, float32. */
  readonly inputs: string;
  readonly labels: string;
}

/** Whether the data of a workload is on this machine. */
export function isPresent(data: Workload['data']): boolean {
  return (data !== 'fashion' && data !== 'centred') || existsSync(FASHION);
}

/** Writes a data set into a folder in all forms. */
export async function benchFiles(
  data: Workload['data'],
  folder: string,
  examples: number = EXAMPLES,
): Promise<BenchFiles> {
  await mkdir(folder, { recursive: true });
  const { arrow, columns, inputSize, inputs, labels } = await forms(data, examples);
  const files: BenchFiles = {
    arrow: join(folder, `${data}.arrow`),
    ...columns,
    inputSize,
    inputs: join(folder, `${data}.inputs`),
    labels: join(folder, `${data}.labels`),
  };
  await writeFile(files.arrow, arrow);
  await writeFile(files.inputs, inputs);
  await writeFile(files.labels, labels);
  return files;
}

/** Reads the raw forms into memory. */
export async function readBenchData({ inputs, labels, inputSize }: BenchFiles): Promise<BenchData> {
  return {
    inputSize,
    inputs: new Float32Array(new Uint8Array(await readFile(inputs)).buffer),
    labels: new Int32Array(new Uint8Array(await readFile(labels)).buffer),
  };
}

interface Forms extends Omit<BenchData, 'labels'> {
  readonly labels: Int32Array | Float32Array;
  readonly arrow: Uint8Array;
  readonly columns: Pick<BenchFiles, 'input' | 'target'>;
}

async function forms(data: Workload['data'], examples: number): Promise<Forms> {
  if (data === 'random') return randomData(examples);
  if (data === 'table') return tableData(examples);
  return data === 'centred' ? centred(await images('fashion', examples)) : images(data, examples);
}

/** The same numbers with mean 0 and deviation 1, of which none is 0. */
function centred({ inputs, labels, inputSize, columns }: Forms): Forms {
  const mean = inputs.reduce((sum, x) => sum + x, 0) / inputs.length;
  const deviation = Math.sqrt(inputs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / inputs.length);
  const numbers = inputs.map((x) => (x - mean) / deviation);
  const type = new FixedSizeList(inputSize, new Field('pixel', new Float32(), false));
  const batches = Array.from({ length: Math.ceil(labels.length / BATCH) }, (_, i) => {
    const digits = labels.subarray(i * BATCH, (i + 1) * BATCH);
    const data = numbers.subarray(i * BATCH * inputSize, (i + 1) * BATCH * inputSize);
    const child = makeData({ type: new Float32(), data });
    const image = makeData({ type, length: digits.length, nullCount: 0, child });
    return new Table({ image: new Vector([image]), digit: makeVector(digits) }).batches;
  });
  const table = new Table(batches.flat());
  return { arrow: tableToIPC(table, 'file'), columns, inputSize, inputs: numbers, labels };
}

async function images(data: 'fashion' | 'mnist', examples: number): Promise<Forms> {
  const read = async (name: string, shape: readonly number[]): Promise<Idx> => {
    const file = data === 'mnist' ? join(mnistFolder(), name) : join(FASHION, `${name}.gz`);
    const bytes = await readFile(file);
    return readIdx(data === 'mnist' ? bytes : gunzipSync(bytes), shape, file);
  };
  const pictures = await read('train-images-idx3-ubyte', [-1, SIDE, SIDE]);
  const classes = await read('train-labels-idx1-ubyte', [-1]);
  const pixels = pictures.values.subarray(0, examples * SIDE * SIDE);
  const labels = classes.values.subarray(0, examples);
  return {
    arrow: digitsArrow(
      { shape: [examples, SIDE, SIDE], values: pixels },
      { shape: [examples], values: labels },
    ),
    columns: { input: 'image', target: 'digit' },
    inputSize: SIDE * SIDE,
    inputs: Float32Array.from(pixels, (pixel) => pixel / 255),
    labels: Int32Array.from(labels),
  };
}

/** Columns of numbers, none of them 0, and one to be told from them. */
function tableData(examples: number): Forms {
  const inputSize = 128;
  const numbers = random(1, 'bench table');
  const inputs = Float32Array.from({ length: examples * inputSize }, (_, i) => 2 * numbers.uniform(i) - 1);
  const row = (i: number): Float32Array => inputs.subarray(i * inputSize, (i + 1) * inputSize);
  const labels = Float32Array.from({ length: examples }, (_, i) =>
    Math.sin(row(i).reduce((sum, x, k) => sum + x * (2 * numbers.uniform(2 ** 32 + k) - 1), 0)),
  );
  const names = Array.from({ length: inputSize }, (_, k) => `x${k}`);
  const batches = Array.from({ length: Math.ceil(examples / BATCH) }, (_, batch) => {
    const target = labels.slice(batch * BATCH, (batch + 1) * BATCH);
    const columns = names.map((name, k) => [name, target.map((_, i) => row(batch * BATCH + i)[k] as number)]);
    return tableFromArrays({ ...Object.fromEntries(columns), target }).batches;
  });
  return {
    arrow: tableToIPC(new Table(batches.flat()), 'file'),
    columns: { input: names, target: 'target' },
    inputSize,
    inputs,
    labels,
  };
}

function randomData(examples: number): Forms {
  const inputSize = 4;
  const numbers = random(1, 'bench');
  const inputs = Float32Array.from({ length: examples * inputSize }, (_, i) => numbers.uniform(i) - 0.5);
  const labels = Int32Array.from({ length: examples }, (_, i) =>
    Math.floor(3 * Math.abs((inputs[4 * i] ?? 0) * 1.99)),
  );
  const column = (k: number): Float32Array => inputs.filter((_, i) => i % inputSize === k);
  const table = tableFromArrays({ a: column(0), b: column(1), c: column(2), d: column(3), label: labels });
  return {
    arrow: tableToIPC(table, 'file'),
    columns: { input: ['a', 'b', 'c', 'd'], target: 'label' },
    inputSize,
    inputs,
    labels,
  };
}
