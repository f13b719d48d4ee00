import type { Run } from '../kernels/run.js';
import type { LoopKernels } from '../loops/loopKernels.js';
import type { Windows } from '../loops/windows.js';
import type { Tensor } from '../tensor.js';
import { contiguous, FLOAT, type Matrix, matrix, rows, transpose } from './layout.js';
import type { Machine } from './machine.js';
import { matrixTimesMatrix } from './products.js';

type WindowKernels = Pick<
  LoopKernels,
  | 'convolveAffine'
  | 'convolve'
  | 'convolveWeightGradient'
  | 'convolvePictureGradient'
  | 'maxPool'
  | 'maxPoolGradient'
  | 'averagePool'
  | 'averagePoolGradient'
>;

/** Convolutions and pools. */
export function windowKernels(machine: Machine): WindowKernels {
  const { exports } = machine;
  return {
    convolveAffine(pictures, windows, weight, bias, output) {
      const initial = contiguous('convolveAffine bias', bias);
      return convolution(machine, 'convolveAffine', pictures, windows, weight, output, () => initial);
    },

    convolve(pictures, windows, weight, { tensor, beta }) {
      const initial = (values: Matrix): number => (beta === 0 ? 0 : values.address);
      return convolution(machine, 'convolve', pictures, windows, weight, tensor, initial);
    },

    convolveWeightGradient(pictures, windows, dOutput, { tensor, beta }) {
      const where = 'convolveWeightGradient';
      const given = matrix(`${where} sink`, tensor);
      // A transposed sink takes the transposed product.
      const isTransposed = given.column !== FLOAT;
      const sink = isTransposed ? transpose(given) : given;
      const { rows: m, columns: n } = sink;
      // A sum over very many windows is one of sums of some thousands, so that rounding does not grow with all of them.
      const row = n * FLOAT;
      const place = { address: machine.segmentScratch(m * row), rows: m, columns: n, row, column: FLOAT };
      const add = (): void => {
        if (sink.row === row) exports.copy(m * n, place.address, sink.address, 1, 1);
        else {
          for (let i = 0; i < m; i++)
            exports.copy(n, place.address + i * row, sink.address + i * sink.row, 1, 1);
        }
      };
      const run = eachPart(
        machine,
        where,
        pictures,
        windows,
        dOutput,
        'unfold',
        ({ move, unfolded, values, isFirst }) => {
          const isDirect = isFirst && beta === 0;
          const [left, right] = isTransposed ? [transpose(values), unfolded] : [transpose(unfolded), values];
          const multiply = matrixTimesMatrix(machine, left, right, isDirect ? sink : place, 0);
          return () => {
            move?.();
            multiply(1);
            if (!isDirect) add();
          };
        },
      );
      if (dOutput.size > 0 || beta === 1) return run;
      return () => exports.begin(m, n, sink.address, sink.row, 0);
    },

    convolvePictureGradient(dOutput, windows, weight, { tensor, beta }) {
      const where = 'convolvePictureGradient';
      const factors = transpose(matrix(`${where} weight`, weight));
      const run = eachPart(machine, where, tensor, windows, dOutput, 'fold', ({ move, unfolded, values }) => {
        const multiply = matrixTimesMatrix(
          machine,
          values,
          factors,
          unfolded,
          move === undefined && beta === 1 ? unfolded.address : 0,
        );
        return () => {
          multiply(1);
          move?.();
        };
      });
      if (beta === 1 || isPointwise(windows)) return run;
      const sink = asMatrix(`${where} sink`, tensor);
      const isWhole = sink.row === sink.columns * FLOAT;
      const [lines, length] = isWhole ? [1, sink.rows * sink.columns] : [sink.rows, sink.columns];
      return () => {
        exports.begin(lines, length, sink.address, sink.row, 0);
        run();
      };
    },

    maxPool(input, windows, output, offsets) {
      const geometry = geometryCell(machine, input, windows, output);
      const [x, y, at] = [input, output, offsets].map((view) => contiguous('maxPool', view)) as Three;
      const batch = input.shape[0] as number;
      return () => exports.maxPool(geometry, batch, x, y, at);
    },

    maxPoolGradient(offsets, dOutput, { tensor, beta }) {
      const [at, dy, dx] = [offsets, dOutput, tensor].map((view) =>
        contiguous('maxPoolGradient', view),
      ) as Three;
      const batch = tensor.shape[0] as number;
      if (batch === 0) return () => {};
      const [values, size] = [dOutput.size / batch, tensor.size / batch];
      return () => exports.maxPoolGradient(batch, values, size, at, dy, dx, beta);
    },

    averagePool(input, windows, output) {
      const geometry = geometryCell(machine, input, windows, output);
      const [x, y] = [contiguous('averagePool', input), contiguous('averagePool', output)];
      const batch = input.shape[0] as number;
      return () => exports.averagePool(geometry, batch, x, y);
    },

    averagePoolGradient(dOutput, windows, { tensor, beta }) {
      const geometry = geometryCell(machine, tensor, windows, dOutput);
      const [dy, dx] = [
        contiguous('averagePoolGradient', dOutput),
        contiguous('averagePoolGradient', tensor),
      ];
      const batch = tensor.shape[0] as number;
      return () => exports.averagePoolGradient(geometry, batch, dy, dx, beta);
    },
  };
}

type Three = [number, number, number];

/** Windows times weight, begun with what `initial` answers for the rows of some values. */
function convolution(
  machine: Machine,
  where: string,
  pictures: Tensor,
  windows: Windows,
  weight: Tensor,
  output: Tensor,
  initial: (values: Matrix) => number,
): Run {
  const factors = matrix(`${where} weight`, weight);
  return eachPart(machine, where, pictures, windows, output, 'unfold', ({ move, unfolded, values }) => {
    const multiply = matrixTimesMatrix(machine, unfolded, factors, values, initial(values));
    return () => {
      move?.();
      multiply(1);
    };
  });
}

/** Numbers that are unfolded at a time: from there to their product they stay in the second cache. */
const UNFOLDED = 2 ** 16;
/** Windows at a time: fewer would have the weight packed too often, and of more a sum has too many terms. */
const LEAST_WINDOWS = 128;
const MOST_WINDOWS = 4096;
/** Bytes that may be written behind a row. */
const BEHIND = 12;

/** Some windows of a convolution, one after another, as the rows of a matrix; and the rows of its values. */
interface Part {
  readonly isFirst: boolean;
  readonly unfolded: Matrix;
  readonly values: Matrix;
  /** Copies the windows to the matrix, or adds it to the windows; undefined where the pixels themselves are its rows. */
  readonly move: Run | undefined;
}

/** Binds a part after the other: the windows of all pictures never lie in memory at once. */
function eachPart(
  machine: Machine,
  where: string,
  pictures: Tensor,
  windows: Windows,
  values: Tensor,
  move: 'unfold' | 'fold',
  bind: (part: Part) => Run,
): Run {
  const all = asMatrix(where, pictures);
  const rows = asMatrix(where, values);
  if (rows.rows * rows.columns === 0) return () => {};
  if (isPointwise(windows)) {
    return bind({ isFirst: true, unfolded: all, values: rows, move: undefined });
  }
  const { exports } = machine;
  const size = windows.kernel[0] * windows.kernel[1] * all.columns;
  const most = Math.min(MOST_WINDOWS, Math.max(LEAST_WINDOWS, Math.floor(UNFOLDED / size)));
  const geometry = geometryCell(machine, pictures, windows, values);
  // Of one channel, the stretches of a line that windows begin and go on with are longer than those of a window.
  const isLines =
    move === 'unfold' && all.columns === 1 && windows.stride[1] === 1 && pictures.stride[2] === 1;
  const address = machine.windowScratch((Math.min(most, rows.rows) * FLOAT + BEHIND) * size);
  const runs = Array.from({ length: Math.ceil(rows.rows / most) }, (_, i) => {
    const first = i * most;
    const count = Math.min(most, rows.rows - first);
    const strides = isLines
      ? { row: FLOAT, column: count * FLOAT + BEHIND }
      : { row: size * FLOAT, column: FLOAT };
    return bind({
      isFirst: i === 0,
      unfolded: { address, rows: count, columns: size, ...strides },
      values: { ...rows, address: rows.address + first * rows.row, rows: count },
      move: () => {
        if (move === 'fold') exports.fold(geometry, first, count, address, all.address);
        else if (isLines) exports.unfoldLines(geometry, first, count, all.address, address, strides.column);
        else exports.unfold(geometry, first, count, all.address, address);
      },
    });
  });
  return () => {
    for (const run of runs) run();
  };
}

/** Whether each window is one pixel, and each pixel a window. */
function isPointwise({ kernel, stride, padding }: Windows): boolean {
  return [...kernel, ...stride].every((length) => length === 1) && padding.every((length) => length === 0);
}

/** All pixels as the rows of a matrix. */
function asMatrix(where: string, view: Tensor): Matrix {
  return { ...rows(where, view), column: FLOAT };
}

/** The address of what `assembly/windows` has to know of pictures and windows, in its order. */
function geometryCell({ arena }: Machine, pictures: Tensor, windows: Windows, values: Tensor): number {
  const [, height, width, channels] = pictures.shape as [number, number, number, number];
  const [, rows, columns] = values.shape as [number, number, number];
  const [picture, line, pixel] = pictures.stride.map((stride) => stride * FLOAT) as [number, number, number];
  const { kernel, stride, padding, dilation } = windows;
  const numbers = [height, width, channels, picture, line, pixel, rows, columns];
  const all = [...numbers, ...kernel, ...stride, ...padding, ...dilation];
  const cell = arena.labels(all.length);
  cell.data.set(all, cell.offset);
  return contiguous('windows', cell);
}
