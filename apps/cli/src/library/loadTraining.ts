import {
  type LoadedTraining,
  type LoadModelOptions,
  loadTraining as loadTrainingWith,
} from '@fluxion/checkpoint';
import { type Encoder, restoreEncoder } from '@fluxion/data';
import { boxes } from '@fluxion/layers';

/**
 * Loads what `saveTraining` saved, to go on with it, or the model that `saveModel` saved, to begin with. Boxes and encodings are those
 * of Fluxion; give `definitions` where a model has boxes of your own.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor, where names, shapes or numbers cannot
 *   be; {OptionError} on an option that cannot.
 * @example
 * const { model, saved, position } = await loadTraining('runs/digits');
 * const optimizer = adam();
 * const state = saved.get('optimizer');
 * if (state !== undefined) optimizerState(optimizer, model).restore(state);
 */
export function loadTraining(
  folder: string,
  options: Partial<LoadModelOptions<Encoder>> = {},
): Promise<LoadedTraining<Encoder>> {
  return loadTrainingWith(folder, { definitions: boxes, restoreEncoder, ...options });
}
