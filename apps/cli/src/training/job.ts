import { createHash } from 'node:crypto';
import { type Shard, shardPart } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import {
  type Averaged,
  allreduce,
  averageEvery,
  averageModel,
  expectAlike,
  type Mpi,
  merging,
} from '@fluxion/mpi';
import type { Optimizer } from '@fluxion/optim';
import type { Backward, MergeCounts, Step } from '@fluxion/pipeline';
import { elements, type Json } from '@fluxion/tensor';
import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import type { Distribution } from '../options/distributedOption.js';
import type { RunWeights } from './runWeights.js';

/** A training as one of the ranks of a job sees it. */
export interface Job {
  readonly ranks: Mpi;
  /** Whether this rank reports and saves. */
  readonly isFirst: boolean;
  /** This rank's part of minibatches of so many examples, which all ranks learn from together, or each by itself. */
  share(examples: number): { readonly batchSize: number; readonly shard: Shard };
  /** Stands between `bprop` and `update`. */
  readonly gradients: MonoTypeOperatorFunction<Backward>;
  /** Stands after `update`. */
  parameters(optimizer: Optimizer): MonoTypeOperatorFunction<Step>;
  /** Gives all ranks the mean of a model, and of the weights' running means, where they learn by themselves. */
  average(model: FlowGraph, optimizer: Optimizer, weights: RunWeights): void;
  /** Whether what this rank has after a step is what all have learned. */
  isShared(step: Step & Averaged): boolean;
  readonly merge: MergeCounts;
  /** Sum of a number of each rank. */
  sum(number: number): number;
  /** @throws {StateError} naming the first rank that would begin with something else. */
  expectAlike(things: Readonly<Record<string, Json>>, model?: FlowGraph): void;
}

/** Learns together in one of the two ways. */
export function jobOf(ranks: Mpi, distribution: Distribution): Job {
  const isSync = distribution === 'sync';
  return {
    ranks,
    isFirst: ranks.rank === 0,
    share(examples) {
      if (!isSync) return { batchSize: examples, shard: ranks };
      const { rank, size } = ranks;
      const [start, end] = shardPart(ranks, examples);
      return { batchSize: Math.max(1, end - start), shard: { rank, size, total: examples } };
    },
    gradients: isSync ? allreduce(ranks) : identity,
    parameters: (optimizer) => (isSync ? identity : averageEvery(distribution.average, ranks, { optimizer })),
    average(model, optimizer, weights) {
      if (isSync) return;
      averageModel(ranks, model, { optimizer });
      weights.share((numbers) => {
        ranks.allreduce(numbers, 'sum');
        for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] as number) / ranks.size;
      });
    },
    isShared: ({ averaged, position }) => isSync || averaged === true || position?.row === 0,
    merge: merging(ranks),
    sum(number) {
      const cell = Float64Array.of(number);
      ranks.allreduce(cell, 'sum');
      return cell[0] as number;
    },
    expectAlike: (things, model) =>
      expectAlike(ranks, { ...things, ...(model && { weights: hashOf(model) }) }),
  };
}

function hashOf(model: FlowGraph): string {
  const hash = createHash('sha256');
  for (const part of [...model.parameters, ...model.states]) hash.update(elements(model.valueOf(part)));
  return hash.digest('hex');
}
