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

/** How BLAS is told of a matrix: by its rows, or by the rows of its transpose, so many numbers apart. */
interface Operand {
  readonly order: typeof AS_IT_IS | typeof TRANSPOSED;
  readonly leading: number;
}

/** Matrix products c ← initial + factor·a·b by a BLAS, on views of the arena's memory. */
export function blasProduct(arena: Arena, { begin }: WasmExports, { sgemm }: BlasLibrary): BindProduct {
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
    const step = isSymmetric ? rowsOfSymmetric(m) : rowsAtOnce(m, n, k);
    const parts = Array.from({ length: Math.ceil(m / step) }, (_, i) => ({
      rows: Math.min(step, m - i * step),
      columns: isSymmetric ? Math.min(n, (i + 1) * step) : n,
      from: view(a.address + i * step * a.row),
      into: view(c.address + i * step * c.row),
    }));
    const times = view(b.address);
    const whole = new Float32Array(arena.memory.buffer, c.address, (m - 1) * sink.leading + n);
    return (factor) => {
      if (begins) begin(m, n, c.address, c.row, initial);
      for (const { rows, columns, from, into } of parts) {
        sgemm(
          ROW_MAJOR,
          left.order,
          right.order,
          rows,
          columns,
          k,
          factor,
          from,
          left.leading,
          times,
          right.leading,
          beta,
          into,
          sink.leading,
        );
      }
      if (isSymmetric) mirror(whole, m, sink.leading);
    };
  };
}

/** Rows of c to be computed by one call. */
function rowsAtOnce(m: number, n: number, k: number): number {
  if (Math.min(n, k) > THIN || m * n * k <= SMALL) return m;
  const fitting = Math.floor(SMALL / (n * k));
  return fitting < LEAST_ROWS ? m : fitting;
}

/** The same of a·aᵀ: the fewer, the less is computed twice; sixteen are so few that OpenBLAS need not pack them on newer cores. */
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
