// Large weights are worked on as two halves of their rows.
import type { Run } from '../kernels/run.js';
import { FLOAT, type Matrix } from './layout.js';
import type { Machine } from './machine.js';

/** Numbers of a matrix, or multiplications of a product, from which waking a second thread is worth it. */
const LARGE = 2 ** 16;

/** Whether work on so many rows, each of so many steps, is done in two halves, which two threads can share. */
export function isLarge(rows: number, columns: number): boolean {
  return rows >= 4 && rows * columns >= LARGE;
}

/**
 * Rows of a quarter: one half is the first and the third, so that each has about as much to do wherever a picture is
 * empty. Smaller blocks would part the zeros better, but where two cores' rows meet, each fetches some of the other's.
 */
export function quarterOf(rows: number): number {
  return Math.ceil(rows / 4);
}

/** Columns of one of two halves: whole cache lines of 16 numbers. */
export function halfOfColumns(columns: number): number {
  return 16 * Math.round(columns / 32);
}

/**
 * c ← initial + factor·a·b for one row a, as two sums of half the rows of b each, on one thread or two: so the bits are
 * the same. Each half of a weight stays in the cache of the core that works on it.
 */
export function vectorMatrixInHalves(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  initial: number,
  factor: number,
): Run {
  const { exports, second } = machine;
  const { rows, columns } = b;
  const block = quarterOf(rows);
  const list = machine.scratch(exports.listScratch(rows));
  const otherList = machine.otherScratch(exports.listScratch(rows));
  const sums = machine.sums(columns * FLOAT);
  const x = a.address + block * FLOAT;
  const from = b.address + block * b.row;
  const rest = rows - block;
  const task = second?.task('vectorMatrix', [
    rest,
    columns,
    x,
    from,
    b.row,
    0,
    sums,
    factor,
    block,
    otherList,
  ]);
  return () => {
    task?.begin();
    exports.vectorMatrix(rows, columns, a.address, b.address, b.row, initial, c.address, factor, block, list);
    if (task !== undefined) task.end();
    else exports.vectorMatrix(rest, columns, x, from, b.row, 0, sums, factor, block, otherList);
    exports.copy(columns, sums, c.address, 1, 1);
  };
}
