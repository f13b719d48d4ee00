import type { FlowGraph } from '@fluxion/graph';
import { type Backward, expectCurrent } from '@fluxion/pipeline';
import { map, type OperatorFunction } from 'rxjs';
import { announce } from './announce.js';
import { expectRanks } from './expectRanks.js';
import { GradientExchange } from './gradientExchange.js';
import type { Mpi } from './mpiProcess.js';

/**
 * The mean of the gradients over the examples of all ranks, each weighted by how many it has: gₐ = Σᵣ bᵣ·gᵣ / Σᵣ bᵣ. So R ranks
 * with minibatches of B/R learn what one process learns with B, to rounding; and all ranks have the same bits, each time. Stands
 * between `bprop` and `update`. Loss and size become those over all ranks, and states, as running means, the mean over them.
 *
 * What a box computes of a minibatch as a whole is of a rank's part alone: `batchNorm` of R ranks normalizes B/R examples, not B.
 *
 * A gradient is sent in its cheapest form: written out; as its factors, or the rows that were touched, where these are less.
 *
 * @throws {OptionError} when `ranks` are none; {StateError} as the stream's error, when a rank does something else instead, as to
 *   end after fewer steps; or when the gradients have been kept too long.
 * @example
 * const ranks = mpi();
 * examples(source, { ...options, batchSize: 32, shard: ranks })
 *   .pipe(fprop(model), bprop(loss), allreduce(ranks), update(optimizer))
 */
export function allreduce(ranks: Mpi): OperatorFunction<Backward, Backward> {
  expectRanks('allreduce', ranks);
  const exchanges = new WeakMap<FlowGraph, GradientExchange>();
  return map((backward) => {
    expectCurrent('allreduce', backward);
    const { model, gradients, size: own } = backward;
    const announced = announce(ranks, 'averages gradients', [own, own === 0 ? 0 : own * backward.loss]);
    const sizes = announced.map(([size = 0]) => size);
    const size = sum(sizes);
    const loss = sum(announced.map(([, part = 0]) => part)) / size;
    if (ranks.size === 1) return backward;
    const exchange = exchanges.get(model) ?? new GradientExchange(model, ranks);
    exchanges.set(model, exchange);
    return { ...backward, size, total: size, loss, ...exchange.mean(gradients, sizes) };
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
