import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/**
 * Each row of [..., columns] to mean 0 and variance 1: normalized ← (x − μ) / σ, and inverse ← 1/σ of each row, with
 * σ² = 1/columns Σ (x − μ)² + ε. Not centred, μ is 0: σ is the root of the mean square.
 */
export function normalizeRows(
  input: Tensor,
  { epsilon, centred }: { readonly epsilon: number; readonly centred: boolean },
  normalized: Tensor,
  inverse: Tensor,
): Run {
  const [x, y, inverses] = [input, normalized, inverse].map((view) => numbersOf('normalizeRows', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const columns = input.shape.at(-1) as number;
  return () => {
    for (let start = 0, row = 0; start < x.length; start += columns, row++) {
      const end = start + columns;
      let mean = 0;
      if (centred) {
        for (let i = start; i < end; i++) mean += x[i] as number;
        mean /= columns;
      }
      let squares = 0;
      for (let i = start; i < end; i++) squares += ((x[i] as number) - mean) ** 2;
      const factor = 1 / Math.sqrt(squares / columns + epsilon);
      for (let i = start; i < end; i++) y[i] = ((x[i] as number) - mean) * factor;
      inverses[row] = factor;
    }
  };
}

/** sink ← (d − mean(d) − normalized · mean(d ⊙ normalized)) / σ for each row, d = dNormalized; not centred, without mean(d). */
export function normalizeRowsGradient(
  normalized: Tensor,
  inverse: Tensor,
  dNormalized: Tensor,
  centred: boolean,
  { tensor, beta }: Sink,
): Run {
  const [y, inverses, dy, dx] = [normalized, inverse, dNormalized, tensor].map((view) =>
    numbersOf('normalizeRowsGradient', view),
  ) as [Floats, Floats, Floats, Floats];
  const columns = normalized.shape.at(-1) as number;
  return () => {
    for (let start = 0, row = 0; start < y.length; start += columns, row++) {
      const end = start + columns;
      let sum = 0;
      let products = 0;
      for (let i = start; i < end; i++) {
        sum += dy[i] as number;
        products += (dy[i] as number) * (y[i] as number);
      }
      const mean = centred ? sum / columns : 0;
      const share = products / columns;
      const factor = inverses[row] as number;
      for (let i = start; i < end; i++) {
        const value = ((dy[i] as number) - mean - (y[i] as number) * share) * factor;
        dx[i] = beta === 0 ? value : (dx[i] as number) + value;
      }
    }
  };
}

/** mean ← Σ x / rows and variance ← Σ (x − mean)² / rows of each column of [..., columns]. */
export function columnMoments(input: Tensor, mean: Tensor, variance: Tensor): Run {
  const [x, means, variances] = [input, mean, variance].map((view) => numbersOf('columnMoments', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const columns = means.length;
  const rows = columns === 0 ? 0 : x.length / columns;
  const sums = new Float64Array(columns);
  const exactMeans = new Float64Array(columns);
  return () => {
    exactMeans.fill(0);
    for (let start = 0; start < x.length; start += columns) {
      for (let j = 0; j < columns; j++) exactMeans[j] = (exactMeans[j] as number) + (x[start + j] as number);
    }
    for (let j = 0; j < columns; j++) exactMeans[j] = (exactMeans[j] as number) / rows;
    sums.fill(0);
    for (let start = 0; start < x.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        const distance = (x[start + j] as number) - (exactMeans[j] as number);
        sums[j] = (sums[j] as number) + distance * distance;
      }
    }
    for (let j = 0; j < columns; j++) {
      means[j] = exactMeans[j] as number;
      variances[j] = (sums[j] as number) / rows;
    }
  };
}

/** normalized ← (x − mean) · 1/√(variance + ε) by column of [..., columns], and inverse ← those 1/σ. */
export function normalizeColumns(
  input: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon: number,
  normalized: Tensor,
  inverse: Tensor,
): Run {
  const [x, means, variances, y, inverses] = [input, mean, variance, normalized, inverse].map((view) =>
    numbersOf('normalizeColumns', view),
  ) as [Floats, Floats, Floats, Floats, Floats];
  const columns = means.length;
  return () => {
    for (let j = 0; j < columns; j++) inverses[j] = 1 / Math.sqrt((variances[j] as number) + epsilon);
    for (let start = 0; start < x.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        y[start + j] = ((x[start + j] as number) - (means[j] as number)) * (inverses[j] as number);
      }
    }
  };
}

/** sink ← (d − mean(d) − normalized · mean(d ⊙ normalized)) / σ by column, the means over the rows; d = dNormalized. */
export function normalizeColumnsGradient(
  normalized: Tensor,
  inverse: Tensor,
  dNormalized: Tensor,
  { tensor, beta }: Sink,
): Run {
  const [y, inverses, dy, dx] = [normalized, inverse, dNormalized, tensor].map((view) =>
    numbersOf('normalizeColumnsGradient', view),
  ) as [Floats, Floats, Floats, Floats];
  const columns = inverses.length;
  const rows = columns === 0 ? 0 : y.length / columns;
  const sums = new Float64Array(columns);
  const products = new Float64Array(columns);
  return () => {
    sums.fill(0);
    products.fill(0);
    for (let start = 0; start < y.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        const d = dy[start + j] as number;
        sums[j] = (sums[j] as number) + d;
        products[j] = (products[j] as number) + d * (y[start + j] as number);
      }
    }
    for (let start = 0; start < y.length; start += columns) {
      for (let j = 0; j < columns; j++) {
        const at = start + j;
        const shared = ((sums[j] as number) + (y[at] as number) * (products[j] as number)) / rows;
        const value = ((dy[at] as number) - shared) * (inverses[j] as number);
        dx[at] = beta === 0 ? value : (dx[at] as number) + value;
      }
    }
  };
}

/** average ← average + share·(values − average). */
export function moveTowards(average: Tensor, values: Tensor, share: number, factor = 1): Run {
  const [a, v] = [numbersOf('moveTowards', average), numbersOf('moveTowards', values)];
  return () => {
    for (let i = 0; i < a.length; i++) {
      a[i] = (a[i] as number) + share * (factor * (v[i] as number) - (a[i] as number));
    }
  };
}
