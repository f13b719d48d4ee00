import { isDeepStrictEqual } from 'node:util';
import { type Json, StateError } from '@fluxion/tensor';
import { gather } from './gather.js';
import type { Mpi } from './mpi.js';

/**
 * Checks that some things are the same on all ranks, before they are trained on.
 *
 * @param things by name: few numbers and hashes of what is large
 * @throws {StateError} naming the first rank that has another than rank 0, what, and both; on every rank.
 * @example
 * expectAlike(mpi(), { rows: 60_000, model: JSON.parse(JSON.stringify(model.description)) });
 */
export function expectAlike(ranks: Mpi, things: Readonly<Record<string, Json>>): void {
  const [first = {}, ...others] = gather(ranks, JSON.parse(JSON.stringify(things)) as typeof things);
  for (const [i, theirs] of others.entries()) {
    const name = Object.keys(first).find((name) => !isDeepStrictEqual(first[name], theirs[name]));
    if (name === undefined) continue;
    const [wanted, got] = [first[name], theirs[name]].map((value) => JSON.stringify(value) ?? 'none');
    throw new StateError(
      `rank ${i + 1}: expected the ${name} of rank 0, ${wanted}, got ${got}; give all ranks the same, on every machine`,
    );
  }
}
