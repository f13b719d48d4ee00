import type { Kernels } from '../kernels/kernels.js';
import type { Run } from '../kernels/run.js';
import { reshape, type Tensor } from '../tensor.js';
import { corrections, correctionsOfPrefetched, groupOf } from './corrections.js';
import type { DeferredUpdates } from './deferredUpdates.js';
import { perBinding } from './perBinding.js';
import { perCount, row } from './rows.js';
import type { Product } from './weightBinding.js';

/** Binds output ← input·W_t + bias for one example. */
export function deferredAffine(updates: DeferredUpdates, input: Tensor, bias: Tensor, output: Tensor): Run {
  const { kernels, pairs, terms, weight } = updates;
  const sum = { tensor: output, beta: 1 } as const;
  const settled = kernels.affine(input, weight, bias, output);
  const multiply = kernels.matmul(input, weight, { tensor: output, beta: 0 });
  const scale = kernels.scale(output);
  const correct = corrections(kernels, pairs, input, pairs.inputs, pairs.outputs, output);
  const correctPrefetched = correctionsOfPrefetched(kernels, pairs, (_, coefficients, rows) =>
    kernels.matmul(coefficients, rows, sum),
  );
  const addBias = kernels.copy(reshape(bias, output.shape), sum);
  const find = updates.finder(input);
  const current = perBinding(updates, ({ products, velocity }) => {
    const [{ values }, ofVelocity] = products as [Product, Product?];
    return {
      take: perCount((i) => kernels.copy(row(values, i), { tensor: output, beta: 0 })),
      takeCorrected: correctionsOfPrefetched(kernels, pairs, (i, coefficients, rows) =>
        kernels.affine(coefficients, rows, reshape(row(values, i), bias.shape), output),
      ),
      addVelocity: velocity && ofVelocity && addTimes(kernels, input, velocity, ofVelocity.values, output),
    };
  });

  return () => {
    if (updates.isEmpty) return settled();
    const i = find();
    const { count, isPlain } = terms;
    if (i === undefined && count === 0) return settled();
    const { take, takeCorrected, addVelocity } = current();
    // The products of any other group are as they were: a prediction may come before its turn.
    const from = i !== undefined && groupOf(i) === updates.correctedGroup ? updates.correctedGroup : 0;
    if (isPlain && i !== undefined && count > from) takeCorrected(i, from, count);
    else {
      if (i === undefined) multiply();
      else take(i)();
      const p = terms.value[0] as number;
      const q = terms.value[1] as number;
      if (p !== 1) scale(p);
      if (q !== 0) addVelocity?.(i, q);
      if (i === undefined) correct(count)();
      else if (count > from) correctPrefetched(i, from, count);
    }
    addBias();
  };
}

/** Binds output ← output + factor·(input·v₀), from the products where the input has been prefetched. */
function addTimes(
  kernels: Kernels,
  input: Tensor,
  velocity: Tensor,
  products: Tensor,
  output: Tensor,
): (prefetched: number | undefined, factor: number) => void {
  const tensor = kernels.arena.tensor(output.shape);
  const multiply = kernels.matmul(input, velocity, { tensor, beta: 0 });
  const take = perCount((i) => kernels.copy(row(products, i), { tensor, beta: 0 }));
  const subtract = kernels.sgd(output, { form: 'dense', tensor }, { l1: 0, l2: 0 });
  return (prefetched, factor) => {
    if (prefetched === undefined) multiply();
    else take(prefetched)();
    subtract(-factor, 1);
  };
}
