import { launchedRanks } from '@fluxion/mpi';
import { UsageError } from '../usageError.js';

/** @throws {UsageError} where several ranks have been started, each of which would train by itself, into one folder. */
export function expectDistributed(): void {
  const ranks = launchedRanks() ?? 1;
  if (ranks === 1) return;
  throw new UsageError(
    `--distributed: expected sync, or average=1000, as ${ranks} ranks have been started, got none; add it, or start the command once`,
  );
}
