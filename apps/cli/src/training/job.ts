import { createHash } from 'node:crypto';
import type { FlowGraph } from '@fluxion/graph';
import { allreduce, averageEvery, averageModel, expectAlike, type Mpi, merging } from '@fluxion/mpi';
import type { Optimizer } from '@fluxion/optim';
import type { Backward, MergeCounts, Step } from '@fluxion/pipeline';
import { elements, type Json } from '@fluxion/tensor';
import { identity, type MonoTypeOperatorFunction } from 'rxjs';
import type { Distribution } from '../options/distributedOption.js';

/** A training as one of the ranks of a job sees it. */
export interface Job {
  readonly ranks: Mpi;
  /** Whether this rank reports and saves. */
  readonly isFirst: boolean;
  /** Examples in this rank's part of a minibatch of so many. */
  batchSize(examples: number): number;
  /** Stands between `bprop` and `update`. */
  readonly gradients: MonoTypeOperatorFunction<Backward>;
  /** Stands after `update`. */
  parameters(optimizer: Optimizer): MonoTypeOperatorFunction<Step>;
  /** Gives all ranks the mean of a model, where they learn by themselves. */
  average(model: FlowGraph, optimizer?: Optimizer): void;
  readonly merge: MergeCounts;
  /** Sum of a number of each rank. */
  sum(number: number): number;
  /** @throws {StateError} naming the first rank that would begin with something else. */
  expectAlike(model: FlowGraph, things: Readonly<Record<string, Json>>): void;
}

/** Learns together in one of the two ways. */
export function jobOf(ranks: Mpi, distribution: Distribution): Job {
  const isSync = distribution === 'sync';
  return {
    ranks,
    isFirst: ranks.rank === 0,
    batchSize: (examples) => (isSync ? Math.ceil(examples / ranks.size) : examples),
    gradients: isSync ? allreduce(ranks) : identity,
    parameters: (optimizer) => (isSync ? identity : averageEvery(distribution.average, ranks, { optimizer })),
    average(model, optimizer) {
      if (!isSync) averageModel(ranks, model, { optimizer });
    },
    merge: merging(ranks),
    sum(number) {
      const cell = Float64Array.of(number);
      ranks.allreduce(cell, 'sum');
      return cell[0] as number;
    },
    expectAlike: (model, things) => expectAlike(ranks, { ...things, weights: hashOf(model) }),
  };
}

function hashOf(model: FlowGraph): string {
  const hash = createHash('sha256');
  for (const part of [...model.parameters, ...model.states]) hash.update(elements(model.valueOf(part)));
  return hash.digest('hex');
}
