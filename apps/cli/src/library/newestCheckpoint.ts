import {
  type LoadModelOptions,
  type NewestCheckpoint,
  newestCheckpoint as newestCheckpointWith,
} from '@fluxion/checkpoint';
import { type Encoder, restoreEncoder } from '@fluxion/data';
import { boxes } from '@fluxion/layers';
import type { CheckpointError } from '@fluxion/tensor';

/**
 * Loads the newest whole checkpoint of a directory; undefined where there is none yet. Boxes and encodings are those of Fluxion;
 * give `definitions` where a model has boxes of your own.
 *
 * @param warn is told of each damaged one that is passed over. Default: `console.warn` with its message
 * @throws {CheckpointError} when there are checkpoints, but none that can be read.
 * @example
 * const newest = await newestCheckpoint('runs/digits.checkpoints');
 */
export function newestCheckpoint(
  directory: string,
  options: Partial<LoadModelOptions<Encoder>> = {},
  warn: (error: CheckpointError) => void = ({ message }) => console.warn(message),
): Promise<NewestCheckpoint<Encoder> | undefined> {
  return newestCheckpointWith(directory, { definitions: boxes, restoreEncoder, ...options }, warn);
}
