import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

/** tensor ← 0, NaN or not; rows may lie apart. */
export function clear(tensor: Tensor): Run {
  const all = rowsOf(tensor);
  return () => {
    for (const { data, start, end } of all) data.fill(0, start, end);
  };
}

/** after ← before in the rows of which a step of the mask [batch, length] counts nothing. */
export function holdRows(mask: Tensor, step: number, before: Tensor, after: Tensor): Run {
  const counts = numbersOf('holdRows', mask);
  const length = mask.shape[1] as number;
  const [from, to] = [rowsOf(before), rowsOf(after)];
  return () => {
    to.forEach(({ data, start, end }, row) => {
      if (counts[row * length + step] !== 0) return;
      const source = from[row] as Row;
      for (let i = start, j = source.start; i < end; i++, j++) data[i] = source.data[j] as number;
    });
  };
}

/** tensor ← 0 in the rows of which a step of the mask [batch, length] counts nothing. */
export function dropRows(mask: Tensor, step: number, tensor: Tensor): Run {
  const counts = numbersOf('dropRows', mask);
  const length = mask.shape[1] as number;
  const all = rowsOf(tensor);
  return () => {
    all.forEach(({ data, start, end }, row) => {
      if (counts[row * length + step] === 0) data.fill(0, start, end);
    });
  };
}

interface Row {
  readonly data: Tensor['data'];
  readonly start: number;
  readonly end: number;
}

/** The rows of a matrix, each of contiguous numbers. */
function rowsOf({ data, shape, stride, offset }: Tensor): readonly Row[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => {
    const start = offset + row * (stride[0] as number);
    return { data, start, end: start + columns };
  });
}
