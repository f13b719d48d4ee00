import type { Workload } from '../contenders/workload.js';

/** Who is measured, by their names in the tables. */
export const WASM = 'fluxion wasm';
export const BLAS = 'fluxion blas, 1 thread';
export const ONE_BY_ONE = 'fluxion wasm, one by one';
export const BLAS_2_THREADS = 'fluxion blas, 2 threads';
export const LOOPS = 'C, loops';
export const GEMV = 'C, gemv + ger';
export const BLOCKED = 'C, blocked';
export const BLOCKED_2_THREADS = 'C, blocked, 2 threads';
export const BY_HAND = 'PyTorch by hand';
const PYTORCH = 'PyTorch, 1 thread';

/** How many processes each contender has, one after the other. */
export const PROCESSES = 3;

/** A column of the tables. */
export interface Column {
  readonly workload: Workload;
  readonly contenders: readonly string[];
}

const step: Workload = { name: '', sizes: [784, 500, 10], batchSize: 1, data: 'fashion', l2: 0 };

/** Some contenders of a workload, and some of it with momentum. */
interface Contenders {
  readonly plain: readonly string[];
  readonly momentum: readonly string[];
}

// In the order of their turns: who is compared is measured within a second or two, for the speed of a shared machine changes. And a
// group is so small that none waits for many seconds: an engine that idles gives memory back, and takes it again page by page.
const compared: Contenders = {
  plain: [ONE_BY_ONE, WASM, LOOPS, BLAS, BLOCKED, GEMV, BY_HAND],
  momentum: [WASM, BLAS, BLOCKED],
};
const others: Contenders = {
  plain: [BLOCKED_2_THREADS, BLAS_2_THREADS, 'fluxion wasm, 2 threads', PYTORCH, 'FANN'],
  momentum: [ONE_BY_ONE, LOOPS, GEMV, PYTORCH],
};
const ofMnist: Contenders = {
  plain: [ONE_BY_ONE, WASM, LOOPS, BLAS, BLOCKED],
  momentum: [ONE_BY_ONE, WASM, LOOPS, BLAS, BLOCKED],
};

/** Without momentum and with it. */
function group(name: string, data: Workload['data'], { plain, momentum }: Contenders): readonly Column[] {
  return [
    { workload: { ...step, name, data }, contenders: plain },
    { workload: { ...step, name: momentumName(name), data, momentum: 0.9 }, contenders: momentum },
  ];
}

/** The name of a column's workload with momentum. */
export function momentumName(name: string): string {
  return `${name}, momentum`;
}

/** The three kinds of pictures, by how many of their numbers are zero. */
export const PICTURES = ['Fashion-MNIST', 'centred', 'MNIST'] as const;
export const DEEP = '784-1024-1024-10';
export const TABLE = 'table, 128-64-32-1';

/** The columns, in groups: what is in a group is measured in the same rounds. */
export const columns: readonly (readonly Column[])[] = [
  group(PICTURES[0], 'fashion', compared),
  group(PICTURES[0], 'fashion', others),
  group(PICTURES[1], 'centred', compared),
  group(PICTURES[1], 'centred', others),
  group(PICTURES[2], 'mnist', ofMnist),
  [
    {
      workload: { ...step, name: DEEP, sizes: [784, 1024, 1024, 10] },
      contenders: [WASM, ONE_BY_ONE, BLAS, BLOCKED, LOOPS, PYTORCH],
    },
  ],
  [
    {
      workload: { ...step, name: TABLE, sizes: [128, 64, 32, 1], data: 'table' },
      contenders: [ONE_BY_ONE, WASM],
    },
  ],
];

/** Units of the hidden layer, and who is drawn, in the picture of speed by width. */
export const WIDTHS: readonly number[] = [64, 128, 250, 500, 1000, 2000];
export const inPicture: readonly string[] = [WASM, BLAS, ONE_BY_ONE, LOOPS, BLOCKED, BY_HAND];

/** A workload of the picture. */
export function ofWidth(width: number): Workload {
  return { ...step, name: `${width}`, sizes: [784, width, 10] };
}
