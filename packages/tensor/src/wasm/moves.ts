import ndarray from 'ndarray';
import { OptionError } from '../errors.js';
import type { MoveKernels } from '../kernels/moves.js';
import type { Run } from '../kernels/run.js';
import { isContiguous, type Tensor } from '../tensor.js';
import { address, contiguous, FLOAT, rows, strips } from './layout.js';
import type { Machine } from './machine.js';

/** Copies, products, scalings and sums of whole tensors. */
export function moveKernels({ exports }: Machine): MoveKernels {
  return {
    copy(source, { tensor, beta }, factor = 1) {
      if (isContiguous(source) && isContiguous(tensor)) {
        return strips('copy', [source, tensor], (length, from, to) => {
          return () => exports.copy(length, from, to, factor, beta);
        });
      }
      return eachMatrix(source, tensor, (from, to) => {
        const [rows, columns] = from.shape;
        const [fromRow, fromColumn] = from.stride.map((stride) => FLOAT * stride);
        const [toRow, toColumn] = to.stride.map((stride) => FLOAT * stride);
        const fromAt = address('copy source', from);
        const toAt = address('copy sink', to);
        return () =>
          exports.copyStrided(
            rows,
            columns,
            fromAt,
            fromRow,
            fromColumn,
            toAt,
            toRow,
            toColumn,
            factor,
            beta,
          );
      });
    },

    multiply(a, b, { tensor, beta }) {
      return strips('multiply', [a, b, tensor], (length, left, right, sink) => {
        return () => exports.multiply(length, left, right, sink, beta);
      });
    },

    scale(tensor) {
      const at = contiguous('scale', tensor);
      const { size } = tensor;
      return (factor) => exports.scale(size, at, factor);
    },

    mix(a, b) {
      const left = contiguous('mix a', a);
      const right = contiguous('mix b', b);
      const { size } = a;
      return (p, q, r, s) => exports.mix(size, left, right, p, q, r, s);
    },

    scaleBytes(bytes, output, factor) {
      if (!(bytes.buffer instanceof SharedArrayBuffer)) {
        throw new OptionError(
          "scaleBytes bytes: expected memory of the kernels' arena, got some outside; take it from arena.tensor",
        );
      }
      const from = bytes.byteOffset;
      const to = contiguous('scaleBytes output', output);
      return (start, end) => exports.scaleBytes(end - start, from + start, to + start * FLOAT, factor);
    },

    sumRows(matrix, { tensor, beta }) {
      const from = rows('sumRows matrix', matrix);
      const to = contiguous('sumRows sink', tensor);
      return () => exports.sumRows(from.rows, from.columns, from.address, from.row, to, beta);
    },

    sumSquares(tensor) {
      const at = contiguous('sumSquares', tensor);
      const { size } = tensor;
      return () => exports.sumSquares(size, at);
    },

    mean(tensor) {
      const at = contiguous('mean', tensor);
      const { size } = tensor;
      return () => exports.sum(size, at) / size;
    },
  };
}

/** Binds a kernel on matrices to each matrix of the last two axes in turn. */
function eachMatrix(a: Tensor, b: Tensor, bind: (a: Tensor, b: Tensor) => Run): Run {
  if (a.dimension < 2) return eachMatrix(asRow(a), asRow(b), bind);
  if (a.dimension === 2) return bind(a, b);
  const rest = a.shape.slice(1).map(() => null);
  const runs = Array.from({ length: a.shape[0] }, (_, i) =>
    eachMatrix(a.pick(i, ...rest), b.pick(i, ...rest), bind),
  );
  return () => {
    for (const run of runs) run();
  };
}

/** The view with an axis of length 1 before its own. */
function asRow({ data, shape, stride, offset }: Tensor): Tensor {
  return ndarray(data, [1, ...shape], [0, ...stride], offset);
}
