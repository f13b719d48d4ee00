import type { Run, Sink } from '../kernels/run.js';
import type { Labels, Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/** output ← the row of the table [count, width] for each index, zeros for a negative one: [n] to [n, width]. */
export function gatherRows(table: Tensor, indices: Labels, output: Tensor): Run {
  const [rows, gathered] = [numbersOf('gatherRows', table), numbersOf('gatherRows', output)];
  const places = numbersOf('gatherRows', indices);
  const width = table.shape[1] as number;
  return () => {
    for (let i = 0; i < places.length; i++) {
      const index = places[i] as number;
      const to = i * width;
      if (index < 0) gathered.fill(0, to, to + width);
      else for (let j = 0; j < width; j++) gathered[to + j] = rows[index * width + j] as number;
    }
  };
}

/**
 * output ← for each bag of indices [bags, n], Σ of their rows of the table [count, width], each times its weight [bags, n],
 * or 1; negative indices count nothing.
 */
export function sumBags(table: Tensor, indices: Labels, weights: Tensor | undefined, output: Tensor): Run {
  const [rows, sums] = [numbersOf('sumBags', table), numbersOf('sumBags', output)];
  const places = numbersOf('sumBags', indices);
  const factors = weights && numbersOf('sumBags', weights);
  const width = table.shape[1] as number;
  const bags = width === 0 ? 0 : sums.length / width;
  const size = bags === 0 ? 0 : places.length / bags;
  return () => {
    sums.fill(0);
    for (let i = 0; i < places.length; i++) {
      const index = places[i] as number;
      if (index < 0) continue;
      const factor = factors === undefined ? 1 : (factors[i] as number);
      const from = index * width;
      const to = Math.floor(i / size) * width;
      for (let j = 0; j < width; j++) {
        sums[to + j] = (sums[to + j] as number) + factor * (rows[from + j] as number);
      }
    }
  };
}

/** rows ← for each index of a bag, its weight (or 1) times the bag's gradient: what `sumBags` leaves the table. */
export function bagRows(dOutput: Tensor, weights: Tensor | undefined, rows: Tensor): Run {
  const [dy, out] = [numbersOf('bagRows', dOutput), numbersOf('bagRows', rows)];
  const factors = weights && numbersOf('bagRows', weights);
  const width = dOutput.shape[1] as number;
  const bags = dOutput.shape[0] as number;
  const count = width === 0 ? 0 : out.length / width;
  return () => {
    for (let i = 0; i < count; i++) {
      const factor = factors === undefined ? 1 : (factors[i] as number);
      const from = Math.floor((i * bags) / count) * width;
      for (let j = 0; j < width; j++) out[i * width + j] = factor * (dy[from + j] as number);
    }
  };
}

/** sink ← for each index of a bag, its row of the table times the bag's gradient: ∂loss/∂weight; 0 for a negative one. */
export function bagWeightsGradient(
  table: Tensor,
  indices: Labels,
  dOutput: Tensor,
  { tensor, beta }: Sink,
): Run {
  const [rows, dy, dw] = [table, dOutput, tensor].map((view) => numbersOf('bagWeightsGradient', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const places = numbersOf('bagWeightsGradient', indices);
  const width = table.shape[1] as number;
  const bags = dOutput.shape[0] as number;
  return () => {
    for (let i = 0; i < places.length; i++) {
      const index = places[i] as number;
      const bag = Math.floor((i * bags) / places.length);
      let dot = 0;
      for (let j = 0; index >= 0 && j < width; j++) {
        dot += (rows[index * width + j] as number) * (dy[bag * width + j] as number);
      }
      dw[i] = beta === 0 ? dot : (dw[i] as number) + dot;
    }
  };
}
