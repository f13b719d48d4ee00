import type { FlowGraph } from '@fluxion/graph';
import type { Backward } from '@fluxion/pipeline';
import { StateError } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { announce } from './announce.js';
import { GradientExchange } from './gradientExchange.js';
import type { Mpi } from './mpi.js';

/**
 * The mean of the gradients over the examples of all ranks, each weighted by how many it has: gₐ = Σᵣ bᵣ·gᵣ / Σᵣ bᵣ. So R ranks
 * with minibatches of B/R learn what one process learns with B, to rounding; and all ranks have the same bits, each time. Stands
 * between `bprop` and `update`. Loss and size become those over all ranks, and states, as running means, the mean over them.
 *
 * A gradient is sent in its cheapest form: written out; as its factors, or the rows that were touched, where these are less.
 *
 * @throws {StateError} as the stream's error, when a rank does something else instead, as to end after fewer steps; or when the
 *   gradients have been kept too long.
 * @example
 * const ranks = mpi();
 * examples(source, { ...options, batchSize: 32, shard: ranks })
 *   .pipe(fprop(model), bprop(loss), allreduce(ranks), update(optimizer))
 */
export function allreduce(ranks: Mpi): OperatorFunction<Backward, Backward> {
  const exchanges = new WeakMap<FlowGraph, GradientExchange>();
  return map((backward) => {
    const { model, version, lease, gradients, examples } = backward;
    if (lease.isOver() || model.version !== version) {
      throw new StateError(
        'allreduce: expected gradients of the parameters as they are, that are lent now; let no operator that delays, buffers or updates stand between fprop and allreduce',
      );
    }
    const own = examples.borrowed === true ? 0 : backward.size;
    const announced = announce(ranks, 'averages gradients', [own, own === 0 ? 0 : own * backward.loss]);
    const sizes = announced.map(([size = 0]) => size);
    const size = sum(sizes);
    const loss = sum(announced.map(([, part = 0]) => part)) / size;
    if (ranks.size === 1) return backward;
    const exchange = exchanges.get(model) ?? new GradientExchange(model, ranks);
    exchanges.set(model, exchange);
    return { ...backward, size, loss, ...exchange.mean(gradients, sizes) };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
