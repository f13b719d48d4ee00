import { sumAxis } from '../loops/axes.js';
import type { LoopKernels } from '../loops/loopKernels.js';
import type { Tensor } from '../tensor.js';
import { contiguous, FLOAT } from './layout.js';
import type { Machine } from './machine.js';

type RowMapKernels = Pick<
  LoopKernels,
  | 'normalizeRows'
  | 'normalizeRowsGradient'
  | 'multiplyRows'
  | 'scaleAndShiftRows'
  | 'sumProductRows'
  | 'sumAxis'
  | 'spreadAxis'
>;

/** What is done to each row of a tensor, and along an axis. */
export function rowMapKernels({ exports }: Machine): RowMapKernels {
  return {
    normalizeRows(input, { epsilon, centred }, normalized, inverse) {
      const { rows, columns } = rowsOf(input);
      const [x, y, factors] = addresses('normalizeRows', input, normalized, inverse);
      return () => exports.normalizeRows(rows, columns, x, epsilon, Number(centred), y, factors);
    },

    normalizeRowsGradient(normalized, inverse, dNormalized, centred, { tensor, beta }) {
      const { rows, columns } = rowsOf(normalized);
      const [y, factors, d, sink] = addresses(
        'normalizeRowsGradient',
        normalized,
        inverse,
        dNormalized,
        tensor,
      );
      return () => exports.normalizeRowsGradient(rows, columns, y, factors, d, Number(centred), sink, beta);
    },

    multiplyRows(matrix, vector, { tensor, beta }) {
      const { rows, columns } = rowsOf(matrix);
      const [x, v, sink] = addresses('multiplyRows', matrix, vector, tensor);
      return () => exports.multiplyRows(rows, columns, x, v, sink, beta);
    },

    scaleAndShiftRows(matrix, gain, bias, output) {
      const { rows, columns } = rowsOf(matrix);
      const [x, g, b, y] = addresses('scaleAndShiftRows', matrix, gain, bias, output);
      return () => exports.scaleAndShiftRows(rows, columns, x, g, b, y);
    },

    sumProductRows(a, b, { tensor, beta }) {
      const columns = tensor.size;
      const rows = columns === 0 ? 0 : a.size / columns;
      const [x, y, sink] = addresses('sumProductRows', a, b, tensor);
      return () => exports.sumProductRows(rows, columns, x, y, sink, beta);
    },

    sumAxis(input, axis, sink, factor = 1) {
      const { length, inner, blocks } = around(input, axis);
      // Numbers side by side are added by vectors; a sum of a row of them is not worth one.
      if (inner < 4 || sink.beta === 1) return sumAxis(input, axis, sink, factor);
      const [x, sums] = addresses('sumAxis', input, sink.tensor);
      const row = inner * FLOAT;
      return () => {
        for (let i = 0; i < blocks; i++)
          exports.sumRows(length, inner, x + i * length * row, row, sums + i * row, 0);
        exports.scale(blocks * inner, sums, factor);
      };
    },

    spreadAxis(values, axis, { tensor, beta }, factor = 1) {
      const { length, inner, blocks } = around(tensor, axis);
      const [x, z] = addresses('spreadAxis', values, tensor);
      const row = inner * FLOAT;
      return () => {
        for (let i = 0; i < blocks; i++) {
          const [from, to] = [x + i * row, z + i * length * row];
          exports.copyStrided(length, inner, from, 0, FLOAT, to, row, FLOAT, factor, beta);
        }
      };
    },
  };
}

function rowsOf({ shape, size }: Tensor): { rows: number; columns: number } {
  const columns = shape.at(-1) as number;
  return { rows: columns === 0 ? 0 : size / columns, columns };
}

/** A shape around one of its axes: so many blocks of `length` steps of `inner` numbers. */
function around({ shape, size }: Tensor, axis: number): { length: number; inner: number; blocks: number } {
  const length = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((product, lengths) => product * lengths, 1);
  return { length, inner, blocks: size === 0 ? 0 : size / (length * inner) };
}

/** An address for each of some tensors. */
type Addresses<T> = { [K in keyof T]: number };

function addresses<const T extends readonly Tensor[]>(where: string, ...tensors: T): Addresses<T> {
  return tensors.map((tensor) => contiguous(where, tensor)) as Addresses<T>;
}
