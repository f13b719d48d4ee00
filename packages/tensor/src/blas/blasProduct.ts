import type { Arena } from '../arena.js';
import type { WasmExports } from '../wasm/exports.js';
import { FLOAT, type Matrix } from '../wasm/layout.js';
import type { BindProduct } from '../wasm/machine.js';
import type { BlasLibrary } from './blasLibrary.js';

const ROW_MAJOR = 101;
const AS_IT_IS = 111;
const TRANSPOSED = 112;

/**
 * Up to so many multiplications OpenBLAS multiplies without packing its operands first, on any core. Where a product has
 * few columns, or few factors to a sum, that is several times as fast, so it is divided into products of so many.
 */
const SMALL = 2 ** 18;
const THIN = 16;
/** Products of fewer rows are not worth a call. */
const LEAST_ROWS = 8;
/** Products with fewer terms to a sum are not worth a call, if others have to follow. */
const LEAST_DEPTH = 64;
/** How often the right operand may be read, so that none is packed; by fours of rows, which OpenBLAS takes together. */
const MOST_PASSES = 4;

/** How BLAS is told of a matrix: by its rows, or by the rows of its transpose, so many numbers apart. */
interface Operand {
  readonly order: typeof AS_IT_IS | typeof TRANSPOSED;
  readonly leading: number;
}

/** Matrix products c ← initial + factor·a·b by a BLAS, on views of the arena's memory. */
export function blasProduct(
  arena: Arena,
  { begin }: WasmExports,
  { sgemm, unpacked }: BlasLibrary,
): BindProduct {
  const view = (address: number): Float32Array => new Float32Array(arena.memory.buffer, address, 1);
  return (a, b, c, initial) => {
    const left = operand(a);
    const right = operand(b);
    const sink = operand(c);
    const { rows: m, columns: n } = c;
    const k = a.columns;
    if (left === undefined || right === undefined || sink?.order !== AS_IT_IS || m * n * k === 0)
      return undefined;
    const begins = initial !== 0 && initial !== c.address;
    const beta = initial === 0 ? 0 : 1;
    // Of a·aᵀ what is above the diagonal is what is below it.
    const isSymmetric = initial === 0 && isTransposeOf(b, a);
    const isAsItIs = left.order === AS_IT_IS && right.order === AS_IT_IS;
    const { rowStep, depthStep } = isSymmetric
      ? { rowStep: rowsOfSymmetric(m), depthStep: k }
      : stepsOf(m, n, k, isAsItIs ? unpacked : 0);
    const parts = starts(m, rowStep).flatMap((i) =>
      starts(k, depthStep).map((from) => ({
        rows: Math.min(rowStep, m - i),
        columns: isSymmetric ? Math.min(n, i + rowStep) : n,
        depth: Math.min(depthStep, k - from),
        a: view(a.address + i * a.row + from * a.column),
        b: view(b.address + from * b.row),
        beta: from === 0 ? beta : 1,
        c: view(c.address + i * c.row),
      })),
    );
    const whole = new Float32Array(arena.memory.buffer, c.address, (m - 1) * sink.leading + n);
    return (factor) => {
      if (begins) begin(m, n, c.address, c.row, initial);
      for (const { rows, columns, depth, a, b, beta, c } of parts) {
        sgemm(
          ROW_MAJOR,
          left.order,
          right.order,
          rows,
          columns,
          depth,
          factor,
          a,
          left.leading,
          b,
          right.leading,
          beta,
          c,
          sink.leading,
        );
      }
      if (isSymmetric) mirror(whole, m, sink.leading);
    };
  };
}

/** How many rows of c, and how many terms of its sums, are computed by one call. */
interface Steps {
  readonly rowStep: number;
  readonly depthStep: number;
}

function stepsOf(m: number, n: number, k: number, unpacked: number): Steps {
  const whole = { rowStep: m, depthStep: k };
  if (m * n * k <= SMALL) return whole;
  if (Math.min(n, k) <= THIN) {
    const fitting = Math.floor(SMALL / (n * k));
    return fitting < LEAST_ROWS ? whole : { rowStep: fitting, depthStep: k };
  }
  // To pack a wide matrix takes longer than to multiply it by some rows.
  const passes = Math.ceil(m / Math.floor(unpacked / (n * LEAST_DEPTH)));
  if (passes > MOST_PASSES) return whole;
  const rowStep = passes === 1 ? m : 4 * Math.ceil(m / passes / 4);
  const calls = Math.ceil(k / Math.floor(unpacked / (n * rowStep)));
  return { rowStep, depthStep: Math.ceil(k / calls) };
}

function starts(length: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
}

/**
 * Rows of a·aᵀ to be computed by one call: the fewer, the less is computed twice; sixteen are so few that OpenBLAS need not
 * pack them on newer cores.
 */
function rowsOfSymmetric(m: number): number {
  return Math.max(16, Math.ceil(m / 4));
}

function isTransposeOf(b: Matrix, a: Matrix): boolean {
  return b.address === a.address && b.row === a.column && b.column === a.row && b.columns === a.rows;
}

/** Copies what is below the diagonal of a symmetric matrix to above it. */
function mirror(matrix: Float32Array, rows: number, leading: number): void {
  for (let i = 1; i < rows; i++) {
    for (let j = 0; j < i; j++) matrix[j * leading + i] = matrix[i * leading + j] as number;
  }
}

/** undefined for strides that BLAS has no words for. */
function operand({ rows, columns, row, column }: Matrix): Operand | undefined {
  if (column === FLOAT && row >= columns * FLOAT) return { order: AS_IT_IS, leading: row / FLOAT };
  if (row === FLOAT && column >= rows * FLOAT) return { order: TRANSPOSED, leading: column / FLOAT };
  return undefined;
}
