import { createHash } from 'node:crypto';
import type { Shard } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import {
  type Averaged,
  allreduce,
  averageEvery,
  averageModel,
  expectAlike,
  type Mpi,
  mergeAcross,
} from '@fluxion/mpi';
import type { Optimizer } from '@fluxion/optim';
import type { Backward, MergeCounts, Step } from '@fluxion/pipeline';
import { elements, type Json, type Saved, type Tensor } from '@fluxion/tensor';
import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import type { Distribution } from '../options/distributedOption.js';
import type { RunWeights } from './runWeights.js';

/** A training as one of the ranks of a job sees it. */
export interface Job {
  readonly ranks: Mpi;
  /** Whether this rank reports and saves. */
  readonly isFirst: boolean;
  /** Of so many examples, those that the updates of one rank are made of. */
  updating(examples: number): number;
  /** This rank's part of minibatches of so many examples, which all ranks learn from together, or each by itself. */
  share(examples: number): { readonly batchSize: number; readonly shard: Shard };
  /** What to say where minibatches have fewer examples than there are ranks. */
  idleWarning(batchSize: number): readonly string[];
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
  /**
   * Compares what the ranks begin with: values, and hashes of what has been saved or built.
   *
   * @throws {StateError} naming the first rank that would begin with something else.
   */
  expectAlike(values: Readonly<Record<string, Json>>, hashed?: Readonly<Record<string, Hashed>>): void;
}

/** Learns together in one of the two ways. */
export function jobOf(ranks: Mpi, distribution: Distribution): Job {
  const isSync = distribution === 'sync';
  return {
    ranks,
    isFirst: ranks.rank === 0,
    updating: (examples) => (isSync ? examples : examples / ranks.size),
    share(examples) {
      if (!isSync) return { batchSize: examples, shard: ranks };
      const { rank, size } = ranks;
      return { batchSize: Math.ceil(examples / size), shard: { rank, size, total: examples } };
    },
    idleWarning: (batchSize) =>
      isSync && batchSize < ranks.size
        ? [
            `minibatches of ${batchSize} leave ${ranks.size - batchSize} of ${ranks.size} ranks idle in each step; give a larger --batch-size, or --distributed average=1000`,
          ]
        : [],
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
    merge: mergeAcross(ranks),
    sum(number) {
      const cell = Float64Array.of(number);
      ranks.allreduce(cell, 'sum');
      return cell[0] as number;
    },
    expectAlike(values, hashed = {}) {
      const hashes = Object.entries(hashed).map(([name, of]) => [name, hashOf(of)] as const);
      expectAlike(ranks, { ...values, ...Object.fromEntries(hashes) });
    },
  };
}

/** What is told by a hash. */
export type Hashed = Iterable<Tensor> | Saved;

function hashOf(hashed: Hashed): string {
  const hash = createHash('sha256');
  if ('tensors' in hashed) hash.update(JSON.stringify(hashed.options));
  for (const tensor of 'tensors' in hashed ? hashed.tensors.values() : hashed) hash.update(elements(tensor));
  return hash.digest('hex');
}
