import type { Arena } from '../arena.js';
import type { Run } from '../kernels/run.js';
import type { WasmExports } from '../wasm/exports.js';
import { halfOfColumns } from '../wasm/halves.js';
import { FLOAT, type Matrix } from '../wasm/layout.js';
import type { BindProduct } from '../wasm/machine.js';
import type { SecondThread } from '../wasm/secondThread.js';
import { AS_IT_IS, type SgemmInParts, TRANSPOSED } from './sgemmInParts.js';

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
/** Rows of a·aᵀ that OpenBLAS need not pack on newer cores. */
const STRIP = 16;

/** How BLAS is told of a matrix: by its rows, or by the rows of its transpose, so many numbers apart. */
interface Operand {
  readonly order: typeof AS_IT_IS | typeof TRANSPOSED;
  readonly leading: number;
}

type Arguments = Parameters<SgemmInParts>;
/** The place of the factor among them. */
const FACTOR = 5;

/**
 * Matrix products c ← initial + factor·a·b by a BLAS in the arena's memory. Two threads share them as
 * `matmulByTwo` has it.
 *
 * @param unpacked see `BlasLibrary`
 */
export function blasProduct(
  arena: Arena,
  { begin }: WasmExports,
  sgemm: SgemmInParts,
  unpacked: number,
  second?: Pick<SecondThread, 'task'>,
): BindProduct {
  return (a, b, c, initial) => {
    const partOf = partsOf(a, b, c, initial === 0 ? 0 : 1, unpacked);
    if (partOf === undefined) return undefined;
    const { rows: m, columns: n } = c;
    const begins = initial !== 0 && initial !== c.address;
    const isShared = second !== undefined && m * n * a.columns > SMALL;
    // Of a·aᵀ what is above the diagonal is what is below it.
    const isSymmetric = initial === 0 && isTransposeOf(b, a);
    const { own, other } = isSymmetric ? triangle(partOf, m, isShared) : halves(partOf, m, n, isShared);
    const task = other && second?.task('sgemm', other, FACTOR);
    const finish = isSymmetric ? mirroring(arena, c) : undefined;
    return (factor) => {
      if (begins) begin(m, n, c.address, c.row, initial);
      task?.begin(factor);
      for (const part of own) {
        part[FACTOR] = factor;
        sgemm(...part);
      }
      task?.end();
      finish?.();
    };
  };
}

/** What computes rows `top` to `bottom` and columns `left` to `right` of a product. */
type PartOf = (top: number, bottom: number, left: number, right: number) => Arguments;

/** undefined for operands that BLAS has no words for. */
function partsOf(a: Matrix, b: Matrix, c: Matrix, beta: 0 | 1, unpacked: number): PartOf | undefined {
  const [ofA, ofB, ofC] = [operand(a), operand(b), operand(c)];
  const k = a.columns;
  if (ofA === undefined || ofB === undefined || ofC?.order !== AS_IT_IS || c.rows * c.columns * k === 0)
    return undefined;
  const isAsItIs = ofA.order === AS_IT_IS && ofB.order === AS_IT_IS;
  return (top, bottom, left, right) => {
    const [m, n] = [bottom - top, right - left];
    const { rowStep, depthStep } = stepsOf(m, n, k, isAsItIs ? unpacked : 0);
    const from = [a.address + top * a.row, b.address + left * b.column] as const;
    const to = c.address + top * c.row + left * FLOAT;
    return [
      ...([ofA.order, ofB.order, m, n, k, 0, from[0], ofA.leading, from[1], ofB.leading] as const),
      ...([beta, to, ofC.leading, rowStep, depthStep] as const),
    ];
  };
}

/** What the caller computes, and the second thread. */
interface Shares {
  readonly own: readonly Arguments[];
  readonly other?: Arguments | undefined;
}

/** Halves of the columns, or of the rows where columns are few. */
function halves(partOf: PartOf, m: number, n: number, isShared: boolean): Shares {
  if (!isShared) return { own: [partOf(0, m, 0, n)] };
  if (n > 2 * THIN) {
    const half = halfOfColumns(n);
    return { own: [partOf(0, m, 0, half)], other: partOf(0, m, half, n) };
  }
  const half = Math.ceil(m / 2);
  return { own: [partOf(0, half, 0, n)], other: half < m ? partOf(half, m, 0, n) : undefined };
}

/** Strips of rows up to the diagonal: the fewer rows, the less is computed twice. The last third of them is about half of all. */
function triangle(partOf: PartOf, m: number, isShared: boolean): Shares {
  const end = isShared ? Math.min(m, STRIP * Math.max(1, Math.round((m * 2) / 3 / STRIP))) : m;
  const step = Math.max(STRIP, Math.ceil(m / 4));
  const own = Array.from({ length: Math.ceil(end / step) }, (_, i) => {
    const bottom = Math.min(end, (i + 1) * step);
    return partOf(i * step, bottom, 0, bottom);
  });
  return { own, other: end < m ? partOf(end, m, 0, m) : undefined };
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

function isTransposeOf(b: Matrix, a: Matrix): boolean {
  return b.address === a.address && b.row === a.column && b.column === a.row && b.columns === a.rows;
}

/** Binds the copy of what is below the diagonal to above it. */
function mirroring(arena: Arena, { address, rows, row }: Matrix): Run {
  const leading = row / FLOAT;
  const matrix = new Float32Array(arena.memory.buffer, address, (rows - 1) * leading + rows);
  return () => {
    for (let i = 1; i < rows; i++) {
      for (let j = 0; j < i; j++) matrix[j * leading + i] = matrix[i * leading + j] as number;
    }
  };
}

/** undefined for strides that BLAS has no words for. */
function operand({ rows, columns, row, column }: Matrix): Operand | undefined {
  if (column === FLOAT && row >= columns * FLOAT) return { order: AS_IT_IS, leading: row / FLOAT };
  if (row === FLOAT && column >= rows * FLOAT) return { order: TRANSPOSED, leading: column / FLOAT };
  return undefined;
}
