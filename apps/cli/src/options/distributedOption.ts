import { UsageError } from '../usageError.js';

/** How the ranks of an MPI job learn together: by the mean of their gradients, or of their weights every so many examples. */
export type Distribution = 'sync' | { readonly average: number };

/**
 * What `--distributed` says.
 *
 * @throws {UsageError} when it is neither.
 */
export function parseDistributed(text: string): Distribution {
  if (text === 'sync') return text;
  const [, digits] = /^average=([1-9]\d*)$/.exec(text) ?? [];
  if (digits !== undefined && Number.isSafeInteger(Number(digits))) return { average: Number(digits) };
  throw new UsageError(
    `--distributed: expected sync, or average=1000 for every 1000 examples, got '${text}'`,
  );
}
