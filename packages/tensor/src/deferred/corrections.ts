import type { Kernels } from '../kernels/kernels.js';
import type { Run } from '../kernels/run.js';
import { elements, type Tensor } from '../tensor.js';
import { firstRows, perCount, row } from './rows.js';

/** The pairs of the updates that wait: X [K, fanIn], Δ [K, fanOut], w [1, K], and X·Xᵀ [K, K] as far as X has been prefetched. */
export interface Pairs {
  readonly inputs: Tensor;
  readonly outputs: Tensor;
  readonly factors: Tensor;
  readonly between: Tensor;
}

/** How many prefetched inputs are corrected together. */
const GROUP = 8;

/** The first input of the group that this one belongs to. */
export function groupOf(input: number): number {
  return input - (input % GROUP);
}

/** Binds output ← output + (w ∘ x·Aᵀ)·B, of the first `count` rows of A and B. */
export function corrections(
  kernels: Kernels,
  { factors }: Pairs,
  x: Tensor,
  a: Tensor,
  b: Tensor,
  output: Tensor,
): (count: number) => Run {
  const products = kernels.arena.tensor(factors.shape);
  const coefficients = kernels.arena.tensor(factors.shape);
  return perCount((count) => {
    const [own, weighed] = [products.hi(1, count), coefficients.hi(1, count)];
    const multiply = kernels.matmul(x, firstRows(a, count).transpose(1, 0), { tensor: own, beta: 0 });
    const weigh = kernels.multiply(own, factors.hi(1, count), { tensor: weighed, beta: 0 });
    const add = kernels.matmul(weighed, firstRows(b, count), { tensor: output, beta: 1 });
    return () => {
      multiply();
      weigh();
      add();
    };
  });
}

/**
 * Binds the sum (w ∘ x·Xᵀ)·Δ for a prefetched input x, of the pairs from one up to, but not including, another.
 *
 * @param bindSum binds coefficients·rows, [1, n]·[n, fanOut], to where the sum is wanted
 */
export function correctionsOfPrefetched(
  kernels: Kernels,
  { between, factors, outputs }: Pairs,
  bindSum: (input: number, coefficients: Tensor, rows: Tensor) => Run,
): (input: number, from: number, to: number) => void {
  const [, fanOut] = outputs.shape as [number, number];
  const coefficients = kernels.arena.tensor(factors.shape);
  const bound = perCount((input) =>
    perCount((to) =>
      perCount((from) => {
        const count = to - from;
        const products = row(between, input).lo(0, from).hi(1, count);
        const weighed = coefficients.hi(1, count);
        const weigh = kernels.multiply(products, factors.lo(0, from).hi(1, count), {
          tensor: weighed,
          beta: 0,
        });
        const add = bindSum(input, weighed, outputs.lo(from, 0).hi(count, fanOut));
        return () => {
          weigh();
          add();
        };
      }),
    ),
  );
  return (input, from, to) => bound(input)(to)(from)();
}

/** Binds values ← values + (X·Xᵀ·diag(w))·Δ in the rows of the group from one on, by the pairs before it. */
export function correctionsOfGroup(
  kernels: Kernels,
  { between, factors, outputs }: Pairs,
  values: Tensor,
): (group: number) => Run {
  const [examples, fanOut] = values.shape as [number, number];
  const [products, weights] = [elements(between), elements(factors)];
  return perCount((group) => {
    const rows = Math.min(GROUP, examples - group);
    const coefficients = kernels.arena.tensor([rows, group]);
    const weighed = elements(coefficients);
    const tensor = values.lo(group, 0).hi(rows, fanOut);
    const add = kernels.matmul(coefficients, firstRows(outputs, group), { tensor, beta: 1 });
    return () => {
      for (let i = 0, at = 0; i < rows; i++) {
        const start = (group + i) * examples;
        for (let k = 0; k < group; k++, at++) {
          weighed[at] = (products[start + k] as number) * (weights[k] as number);
        }
      }
      add();
    };
  });
}
