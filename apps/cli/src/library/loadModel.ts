import { type LoadedModel, type LoadModelOptions, loadModel as loadModelWith } from '@fluxion/checkpoint';
import { type Encoder, restoreEncoder } from '@fluxion/data';
import { boxes } from '@fluxion/layers';

/**
 * Loads the model that a folder holds: of `fluxion train --out`, `saveModel`, `saveTraining` or a checkpoint. The same graph and the
 * same weights, bit for bit, and the encoder that it was trained with. Boxes and encodings are those of Fluxion; give `definitions`
 * where a model has boxes of your own.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor, where names, shapes or numbers cannot
 *   be; {OptionError} on an option that cannot.
 * @example
 * const { model } = await loadModel('runs/income');
 * predictRow(model, { age: 39, city: 'Paris' });
 */
export function loadModel(
  folder: string,
  options: Partial<LoadModelOptions<Encoder>> = {},
): Promise<LoadedModel<Encoder>> {
  return loadModelWith(folder, { definitions: boxes, restoreEncoder, ...options });
}
