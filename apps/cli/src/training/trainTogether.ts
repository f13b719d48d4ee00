import { mpi } from '@fluxion/mpi';
import type { Host } from '../host.js';
import type { Distribution } from '../options/distributedOption.js';
import { failureText } from '../output/failureText.js';
import { UsageError } from '../usageError.js';
import { jobOf } from './job.js';
import { trainModel } from './trainModel.js';
import type { TrainOptions } from './trainOptions.js';

/**
 * Trains as one of the ranks of an MPI job. Rank 0 reports and saves. A rank that fails ends them all, and one says why.
 *
 * @throws what `trainModel` throws, where there is one rank.
 */
export async function trainTogether(
  data: readonly string[],
  options: TrainOptions & { readonly distributed: Distribution },
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const ranks = mpi();
  const job = jobOf(ranks, options.distributed);
  if (ranks.size === 1) return trainModel(data, options, host, signal, job);
  const stop = (): void =>
    ranks.fail('fluxion train: stopped; the same command goes on from the last checkpoint', STOPPED);
  signal.addEventListener('abort', stop, { once: true });
  // Ranks that stopped each after a step of its own would wait for one another.
  const goesOn = new AbortController().signal;
  try {
    if (job.isFirst) await trainModel(data, options, host, goesOn, job);
    else await trainModel(data, { ...options, json: false, quiet: true }, silent(host), goesOn, job);
    ranks.close();
  } catch (error) {
    ranks.fail(`fluxion train: ${failureText(error, false)}`, error instanceof UsageError ? 2 : 1);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Exit code of what Ctrl-C has stopped. */
const STOPPED = 130;

/** A host whose output nobody reads. */
function silent(host: Host): Host {
  return { ...host, stdout: { write: () => true }, stderr: { write: () => true } };
}
