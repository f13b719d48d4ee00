import type { FlowGraph } from '@fluxion/graph';
import { announce } from './announce.js';
import type { AverageEveryOptions } from './averageEvery.js';
import { expectRanks } from './expectRanks.js';
import { ModelMean } from './modelMean.js';
import type { Mpi } from './mpiProcess.js';

/**
 * Gives all ranks the mean of their parameters and states now: what `averageEvery` does in a stream.
 *
 * @throws {OptionError} when `ranks` are none; {StateError} when a rank does something else instead.
 * @example
 * averageModel(mpi(), model);
 */
export function averageModel(ranks: Mpi, model: FlowGraph, { optimizer }: AverageEveryOptions = {}): void {
  expectRanks('averageModel', ranks);
  announce(ranks, 'averages parameters');
  if (ranks.size > 1) new ModelMean(model, ranks, optimizer).take();
}
