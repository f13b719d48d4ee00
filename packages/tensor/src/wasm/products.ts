import type { ProductKernels } from '../kernels/products.js';
import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { isLarge, vectorMatrixInHalves } from './halves.js';
import { contiguous, FLOAT, type Matrix, matrix, rows, transpose } from './layout.js';
import type { Machine } from './machine.js';
import { matmulByTwo, matrixVectorByTwo, matrixVectorWhereByTwo } from './twoThreads.js';

/** Rows up to which scalar products with the rows of a transposed operand beat packing it. */
const FEW_ROWS = 4;
/** Terms of a sum beyond which it is worth to leave out the sums that nobody looks at. */
const NARROW = 16;

/** Matrix products. */
export function productKernels(machine: Machine): ProductKernels {
  return {
    matmul(a, b, { tensor, beta, where }, factor = 1) {
      const left = matrix('matmul a', a);
      const right = matrix('matmul b', b);
      const sink = matrix('matmul sink', tensor);
      if (
        where !== undefined &&
        isRow(left) &&
        left.columns <= LONGEST &&
        right.row === FLOAT &&
        right.rows > NARROW &&
        sink.column === FLOAT
      )
        return vectorTimesTransposed(machine, left, right, sink, beta, factor, where);
      if (sink.column === FLOAT) return product(machine, left, right, sink, beta, factor);
      // A transposed sink takes the transposed product.
      rows('matmul sink', tensor.transpose(1, 0));
      return product(machine, transpose(right), transpose(left), transpose(sink), beta, factor);
    },

    affine(input, weight, bias, output) {
      const a = matrix('affine input', input);
      const b = matrix('affine weight', weight);
      const c = matrix('affine output', output);
      if (c.column !== FLOAT) rows('affine output', output);
      const initial = contiguous('affine bias', bias);
      if (isRow(a) && a.columns <= LONGEST && b.columns > 0 && b.column === FLOAT)
        return vectorTimesMatrix(machine, a, b, c, initial, 1);
      const times = matrixTimesMatrix(machine, a, b, c, initial);
      return () => times(1);
    },
  };
}

/**
 * Most terms that are added up one after another. Of a product with more, as many at a time are, and then these sums: so
 * rounding does not grow with all of them.
 */
const LONGEST = 4096;

/**
 * Binds c ← initial + factor·a·b where a sum has too many terms: the first of them as `bind` binds them, the others on a
 * place of their own, from which they are added to c. Undefined where it has not.
 */
function inSegments(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  bind: (a: Matrix, b: Matrix, c: Matrix, isFirst: boolean) => (factor: number) => void,
): ((factor: number) => void) | undefined {
  const length = a.columns;
  // A library sums in blocks of its own.
  if (length <= LONGEST || machine.product !== undefined) return undefined;
  const { exports } = machine;
  const { rows: m, columns: n } = c;
  const row = n * FLOAT;
  const place = { address: machine.segmentScratch(m * row), rows: m, columns: n, row, column: FLOAT };
  const runs = Array.from({ length: Math.ceil(length / LONGEST) }, (_, i) => {
    const from = i * LONGEST;
    const count = Math.min(LONGEST, length - from);
    const left = { ...a, address: a.address + from * a.column, columns: count };
    const right = { ...b, address: b.address + from * b.row, rows: count };
    return bind(left, right, i === 0 ? c : place, i === 0);
  });
  return (factor) => {
    runs.forEach((run, i) => {
      run(factor);
      if (i === 0) return;
      for (let r = 0; r < m; r++) exports.copy(n, place.address + r * row, c.address + r * c.row, 1, 1);
    });
  };
}

/** c ← factor·a·b (+ c), by a kernel of its own where one of the operands is a vector. */
function product(machine: Machine, a: Matrix, b: Matrix, c: Matrix, beta: 0 | 1, factor: number): Run {
  const segments = inSegments(machine, a, b, c, (left, right, sink, isFirst) =>
    product(machine, left, right, sink, isFirst ? beta : 0, factor),
  );
  if (segments !== undefined) return () => segments(factor);
  const { exports } = machine;
  const initial = beta === 0 ? 0 : c.address;
  if (isRow(a) && b.columns > 0 && b.column === FLOAT)
    return vectorTimesMatrix(machine, a, b, c, initial, factor);
  if (a.rows <= FEW_ROWS && a.column === FLOAT && b.row === FLOAT && b.rows > 0) {
    const shared =
      a.rows === 1 ? matrixVectorByTwo(machine, transpose(b), a.address, c.address, factor, beta) : undefined;
    if (shared !== undefined) return shared;
    return () => {
      for (let i = 0; i < a.rows; i++) {
        const x = a.address + i * a.row;
        exports.matrixVector(
          b.columns,
          b.rows,
          b.address,
          b.column,
          x,
          c.address + i * c.row,
          factor,
          beta,
          0,
        );
      }
    };
  }
  if (b.columns === 1 && b.rows > 0 && b.row === FLOAT && a.column === FLOAT && c.row === FLOAT) {
    return () =>
      exports.matrixVector(a.rows, a.columns, a.address, a.row, b.address, c.address, factor, beta, 0);
  }
  const times = matrixTimesMatrix(machine, a, b, c, initial);
  return () => times(factor);
}

function isRow({ rows, column }: Matrix): boolean {
  return rows === 1 && column === FLOAT;
}

/** c ← factor·a·b (+ c) for one row a and columns of b that are contiguous, of which those count where `where` is not 0. */
function vectorTimesTransposed(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  beta: 0 | 1,
  factor: number,
  where: Tensor,
): Run {
  const { exports, scratch } = machine;
  const { rows: k, columns: n } = b;
  const wanted = contiguous('matmul where', where);
  const list = scratch(exports.listScratch(n));
  const shared = matrixVectorWhereByTwo(
    machine,
    transpose(b),
    a.address,
    c.address,
    factor,
    beta,
    wanted,
    list,
  );
  if (shared !== undefined) return shared;
  return () =>
    exports.matrixVectorWhere(n, k, b.address, b.column, a.address, c.address, factor, beta, wanted, 0, list);
}

/** c ← initial + factor·a·b for one row a: rows of b whose factor is zero are not read. */
function vectorTimesMatrix(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  initial: number,
  factor: number,
): Run {
  if (isLarge(b.rows, b.columns)) return vectorMatrixInHalves(machine, a, b, c, initial, factor);
  const { exports, scratch } = machine;
  const list = scratch(exports.listScratch(b.rows));
  return () =>
    exports.vectorMatrix(b.rows, b.columns, a.address, b.address, b.row, initial, c.address, factor, 0, list);
}

/** c ← initial + factor·a·b, the factor given at each call; `initial` is 0 for zeros, c's address for what c holds. */
export function matrixTimesMatrix(
  machine: Machine,
  a: Matrix,
  b: Matrix,
  c: Matrix,
  initial: number,
): (factor: number) => void {
  const segments = inSegments(machine, a, b, c, (left, right, sink, isFirst) =>
    matrixTimesMatrix(machine, left, right, sink, isFirst ? initial : 0),
  );
  if (segments !== undefined) return segments;
  const { exports, scratch, product: libraryProduct } = machine;
  const bound = libraryProduct?.(a, b, c, initial);
  if (bound !== undefined) return bound;
  const shared = matmulByTwo(machine, a, b, c, initial);
  if (shared !== undefined) return shared;
  const { rows: m, columns: k } = a;
  const n = b.columns;
  const packed = scratch(exports.matmulScratch(m, n, k));
  const left = [a.row, a.column, b.address, b.row, b.column] as const;
  return (factor) => exports.matmul(m, n, k, a.address, ...left, c.address, c.row, initial, factor, packed);
}
