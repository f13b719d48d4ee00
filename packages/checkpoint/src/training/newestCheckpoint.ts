import { CheckpointError, type ModelEncoder } from '@fluxion/tensor';
import type { LoadModelOptions } from '../model/readModel.js';
import { listCheckpoints } from './checkpoints.js';
import { type LoadedTraining, loadTraining } from './loadTraining.js';

/** A checkpoint that was read, and where it lies. */
export interface NewestCheckpoint<Encoder extends ModelEncoder = ModelEncoder>
  extends LoadedTraining<Encoder> {
  readonly folder: string;
}

/**
 * Loads the newest whole checkpoint of a directory; undefined where there is none yet.
 *
 * @param warn is told of each damaged one that is passed over
 * @throws {CheckpointError} when there are checkpoints, but none that can be read.
 * @example
 * const newest = await newestCheckpoint('runs/digits.checkpoints', { definitions: boxes }, console.warn);
 */
export async function newestCheckpoint<Encoder extends ModelEncoder>(
  directory: string,
  options: LoadModelOptions<Encoder>,
  warn: (error: CheckpointError) => void,
): Promise<NewestCheckpoint<Encoder> | undefined> {
  const folders = await listCheckpoints(directory);
  let damage: CheckpointError | undefined;
  for (const folder of folders) {
    try {
      return { ...(await loadTraining(folder, options)), folder };
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      damage ??= error;
      warn(error);
    }
  }
  if (damage === undefined) return undefined;
  throw new CheckpointError(
    `${directory}: expected a checkpoint that can be read, got ${folders.length} that cannot, the newest for: ${damage.message}; put back a copy, or delete the directory to start over`,
    { cause: damage },
  );
}
