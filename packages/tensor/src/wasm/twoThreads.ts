// Kernels that two threads share; each answers undefined where one does them.
import type { Run } from '../kernels/run.js';
import { halfOfColumns, isLarge, quarterOf } from './halves.js';
import { FLOAT, type Matrix } from './layout.js';
import type { Machine } from './machine.js';

/** c ← factor·W·x (+ c), its rows shared by two threads; undefined for one. */
export function matrixVectorByTwo(
  { exports, second }: Machine,
  w: Matrix,
  x: number,
  c: number,
  factor: number,
  beta: 0 | 1,
): Run | undefined {
  if (second === undefined || !isLarge(w.rows, w.columns)) return undefined;
  const { rows, columns, address, row } = w;
  const block = quarterOf(rows);
  const rest = [rows - block, columns, address + block * row, row, x, c + block * FLOAT, factor, beta, block];
  const task = second.task('matrixVector', rest);
  return () => {
    task.begin();
    exports.matrixVector(rows, columns, address, row, x, c, factor, beta, block);
    task.end();
  };
}

/** The same in the rows where the numbers at `where` are not 0; undefined for one thread. */
export function matrixVectorWhereByTwo(
  { exports, second, otherScratch }: Machine,
  { rows, columns, address, row }: Matrix,
  x: number,
  c: number,
  factor: number,
  beta: 0 | 1,
  where: number,
  list: number,
): Run | undefined {
  if (second === undefined || !isLarge(rows, columns)) return undefined;
  const block = quarterOf(rows);
  const otherList = otherScratch(exports.listScratch(rows));
  const [from, to, wanted] = [address + block * row, c + block * FLOAT, where + block * FLOAT];
  const rest = [rows - block, columns, from, row, x, to, factor, beta, wanted, block, otherList];
  const task = second.task('matrixVectorWhere', rest);
  return () => {
    task.begin();
    exports.matrixVectorWhere(rows, columns, address, row, x, c, factor, beta, where, block, list);
    task.end();
  };
}

/** W ← W − α·x·dᵀ, its rows shared by two threads; undefined for one. */
export function sgdByTwo(
  machine: Machine,
  rows: number,
  columns: number,
  value: number,
  x: number,
  d: number,
): ((learningRate: number) => void) | undefined {
  const { exports, second } = machine;
  if (second === undefined || !isLarge(rows, columns)) return undefined;
  const block = quarterOf(rows);
  const list = machine.scratch(exports.listScratch(rows));
  const otherList = machine.otherScratch(exports.listScratch(rows));
  const from = value + block * columns * FLOAT;
  const rest = [rows - block, columns, from, x + block * FLOAT, d, 0, block, otherList];
  const task = second.task('sgd', rest, RATE);
  return (learningRate) => {
    task.begin(learningRate);
    exports.sgd(rows, columns, value, x, d, learningRate, block, list);
    task.end();
  };
}

/** The place of the learning rate among the arguments of `sgd`. */
const RATE = 5;

/** Columns of c from which two threads share them. */
const WIDE = 128;

/**
 * c ← initial + factor·a·b, shared by two threads; undefined for one. Each takes half of the columns: so half of a weight stays
 * in the cache of its core. Where columns are few, or rows of a are listed without their zeros, each takes half of the rows.
 */
export function matmulByTwo(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  initial: number,
): ((factor: number) => void) | undefined {
  const { exports, second } = machine;
  const { rows: m, columns: k } = a;
  const n = b.columns;
  if (second === undefined || !isLarge(m, n * k)) return undefined;
  const operands = [a.address, a.row, a.column, b.address, b.row, b.column] as const;
  const share = (
    name: 'multiplyTiles' | 'multiplySparseLeft' | 'multiplySparseRight',
    byColumns: boolean,
  ): ((factor: number) => void) => {
    const [row, column] = byColumns ? [0, halfOfColumns(n)] : [m >> 1, 0];
    const own = byColumns ? ([m, column, k] as const) : ([row, n, k] as const);
    const others = [m - row, n - column, k] as const;
    const packed = machine.scratch(exports.matmulScratch(...own));
    const otherPacked = machine.otherScratch(exports.matmulScratch(...others));
    const [left, right] = [a.address + row * a.row, b.address + column * b.column];
    const to = c.address + row * c.row + column * FLOAT;
    const begin = initial === c.address ? to : initial === 0 ? 0 : initial + column * FLOAT;
    const args = [...others, left, a.row, a.column, right, b.row, b.column, to, c.row, begin, 0, otherPacked];
    const task = second.task(name, args, FACTOR);
    const multiply = exports[name];
    return (factor) => {
      task.begin(factor);
      multiply(...own, ...operands, c.address, c.row, initial, factor, packed);
      task.end();
    };
  };
  // In the order of the numbers that `fastestWay` gives them.
  const ways = [
    share('multiplyTiles', n >= WIDE),
    share('multiplySparseLeft', false),
    share('multiplySparseRight', n >= WIDE),
  ];
  return (factor) => {
    // Chosen for both halves at once, so that zeros meet ∞ and NaN as on one thread.
    const run = ways[exports.fastestWay(m, n, k, ...operands)] as (typeof ways)[number];
    run(factor);
  };
}

/** The place of the factor among the arguments of a product. */
const FACTOR = 12;
