import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/** sink ← a ⊘ b, all of one shape. */
export function divide(a: Tensor, b: Tensor, { tensor, beta }: Sink): Run {
  const [x, y, z] = [a, b, tensor].map((view) => numbersOf('divide', view)) as [Floats, Floats, Floats];
  return () => {
    for (let i = 0; i < z.length; i++) {
      const quotient = (x[i] as number) / (y[i] as number);
      z[i] = beta === 0 ? quotient : (z[i] as number) + quotient;
    }
  };
}

/** sink ← rows ⊙ vector: [..., columns] with each row times the same [columns]. */
export function multiplyRows(rows: Tensor, vector: Tensor, { tensor, beta }: Sink): Run {
  const [x, v, z] = [rows, vector, tensor].map((view) => numbersOf('multiplyRows', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const columns = v.length;
  return () => {
    for (let start = 0; start < x.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        const product = (x[start + j] as number) * (v[j] as number);
        z[start + j] = beta === 0 ? product : (z[start + j] as number) + product;
      }
    }
  };
}

/** output ← rows ⊙ gain + bias, each row of [..., columns] with the same [columns]. */
export function scaleAndShiftRows(rows: Tensor, gain: Tensor, bias: Tensor, output: Tensor): Run {
  const [x, g, b, z] = [rows, gain, bias, output].map((view) => numbersOf('scaleAndShiftRows', view)) as [
    Floats,
    Floats,
    Floats,
    Floats,
  ];
  const columns = g.length;
  return () => {
    for (let start = 0; start < x.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        z[start + j] = (x[start + j] as number) * (g[j] as number) + (b[j] as number);
      }
    }
  };
}

/** sink ← Σ over the rows of a ⊙ b: [..., columns] to [columns]. */
export function sumProductRows(a: Tensor, b: Tensor, { tensor, beta }: Sink): Run {
  const [x, y, sums] = [a, b, tensor].map((view) => numbersOf('sumProductRows', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const columns = sums.length;
  // In the precision of the loop, not of the tensors: long sums of float32 lose what is small.
  const exact = new Float64Array(columns);
  return () => {
    exact.fill(0);
    for (let start = 0; start < x.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        exact[j] = (exact[j] as number) + (x[start + j] as number) * (y[start + j] as number);
      }
    }
    for (let j = 0; j < columns; j++) {
      sums[j] = beta === 0 ? (exact[j] as number) : (sums[j] as number) + (exact[j] as number);
    }
  };
}

/** sink ← rows, each times a number of its own: [count, columns] by [count]. */
export function scaleEachRow(rows: Tensor, factors: Tensor, { tensor, beta }: Sink): Run {
  const [x, f, z] = [rows, factors, tensor].map((view) => numbersOf('scaleEachRow', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const columns = f.length === 0 ? 0 : x.length / f.length;
  return () => {
    for (let i = 0, at = 0; i < f.length; i++) {
      const factor = f[i] as number;
      for (let j = 0; j < columns; j++, at++) {
        const product = factor * (x[at] as number);
        z[at] = beta === 0 ? product : (z[at] as number) + product;
      }
    }
  };
}

/** sink ← Σ along each row of a ⊙ b: [count, columns] to [count]. */
export function dotEachRow(a: Tensor, b: Tensor, { tensor, beta }: Sink, factor = 1): Run {
  const [x, y, z] = [a, b, tensor].map((view) => numbersOf('dotEachRow', view)) as [Floats, Floats, Floats];
  const columns = z.length === 0 ? 0 : x.length / z.length;
  return () => {
    for (let i = 0, at = 0; i < z.length; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++, at++) sum += (x[at] as number) * (y[at] as number);
      z[i] = beta === 0 ? factor * sum : (z[i] as number) + factor * sum;
    }
  };
}
