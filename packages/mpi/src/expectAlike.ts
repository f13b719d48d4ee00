import { firstDifference } from '@fluxion/checkpoint';
import { type Json, StateError } from '@fluxion/tensor';
import type { Mpi } from './mpi.js';

/** Characters of a value in a message. */
const SHOWN = 60;

/**
 * Checks that some things are the same on all ranks, before they are trained on.
 *
 * @param things by name: few numbers and hashes of what is large
 * @throws {StateError} naming the first rank that has another than rank 0, the place that differs, and both; on every rank.
 * @example
 * expectAlike(mpi(), { rows: 60_000, model: JSON.parse(JSON.stringify(model.description)) });
 */
export function expectAlike(ranks: Mpi, things: Readonly<Record<string, Json>>): void {
  const [first = {}, ...others] = ranks.gather(JSON.parse(JSON.stringify(things)) as typeof things);
  for (const [i, theirs] of others.entries()) {
    const difference = firstDifference(first, theirs);
    if (difference === undefined) continue;
    const [wanted, got] = difference.values.map(shortened);
    throw new StateError(
      `rank ${i + 1}: expected ${difference.path} to be ${wanted}, as on rank 0, got ${got}; give all ranks the same, on every machine`,
    );
  }
}

function shortened(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'none';
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}
