import { differingRank } from '@fluxion/data';
import { type Json, StateError } from '@fluxion/tensor';
import { expectRanks } from './expectRanks.js';
import type { Mpi } from './mpiProcess.js';

/**
 * Checks that some values are the same on all ranks, before they are trained on.
 *
 * @param values by name: few numbers, and hashes of what is large
 * @throws {StateError} on every rank, naming the first one that has another value than most, the place that differs, and both.
 * @example
 * expectAlike(mpi(), { rows: 60_000, model: JSON.parse(JSON.stringify(model.description)) });
 */
export function expectAlike(ranks: Mpi, values: Readonly<Record<string, Json>>): void {
  expectRanks('expectAlike', ranks);
  const difference = differingRank(ranks, values);
  if (difference === undefined) return;
  throw new StateError(`${difference}; give all ranks the same, on every machine`);
}
