import ndarray from 'ndarray';
import type { Kernels, Run } from '../kernels.js';
import type { Tensor } from '../tensor.js';
import { address, contiguous, FLOAT, strips } from './layout.js';
import type { Machine } from './machine.js';

/** Copies, products and sums of whole tensors. */
export function assignKernels({
  exports,
}: Machine): Pick<Kernels, 'copy' | 'multiply' | 'scale' | 'sumSquares' | 'mean'> {
  return {
    copy(source, { tensor, beta }, factor = 1) {
      if (tensor.dimension <= 2 && hasContiguousRows(source) && hasContiguousRows(tensor)) {
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

function hasContiguousRows({ shape, stride }: Tensor): boolean {
  return shape.length === 0 || (shape.at(-1) as number) <= 1 || stride.at(-1) === 1;
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
