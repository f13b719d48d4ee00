import type { ModelEncoder } from '@fluxion/tensor';
import { readFolder } from '../folder/readFolder.js';
import { expectDefinitions } from './expectDefinitions.js';
import { MODEL_FOLDER } from './modelFiles.js';
import { type LoadedModel, type LoadModelOptions, readModel } from './readModel.js';

/**
 * Loads the model that `saveModel` or `saveTraining` saved: the same graph, the same weights, bit for bit. Files are not
 * trusted: names and shapes of the weights must be those of the graph, and that is found out before memory is taken for
 * either.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor, where names, shapes or numbers cannot
 *   be; {OptionError} on an option that cannot.
 * @example
 * const { model, about } = await loadModel('runs/digits', { definitions: boxes });
 * const labels = about.field('labels').array().map((label) => label.string());
 */
export async function loadModel<Encoder extends ModelEncoder>(
  folder: string,
  options: LoadModelOptions<Encoder>,
): Promise<LoadedModel<Encoder>> {
  expectDefinitions('loadModel definitions', options?.definitions);
  const read = async (path: string): Promise<LoadedModel<Encoder>> => {
    const { model, encoder, about } = await readModel(path, options);
    return { model, encoder, about };
  };
  return readFolder(folder, read, MODEL_FOLDER);
}
