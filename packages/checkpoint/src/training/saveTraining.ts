import type { FlowGraph } from '@fluxion/graph';
import { expectObject, type Json } from '@fluxion/tensor';
import { writeFolder } from '../folder/writeFolder.js';
import { modelContent, type Training } from '../model/modelContent.js';
import { MODEL_FOLDER } from '../model/modelFiles.js';

/**
 * Saves a model with all that its training goes on from, as momentum, the number of updates and the place in the data, so
 * that it can go on as if there had been no stop. All is written as `saveModel` writes, together or not at all, and
 * `loadModel` reads the model of it.
 *
 * Format   that of `saveModel`; model.json also has `"training": { "saved": { "optimizer": { "kind", "options" } },
 *          "position" }`; training.safetensors: their tensors, as `optimizer.linear1.weight.velocity`, where there are any
 *
 * @param training what to save besides the model; `about` is what the caller wants to find again on loading
 * @throws {CheckpointError} when a weight is not finite, the folder holds anything but a saved model, or it cannot be
 *   written; {OptionError} when a name in `saved` cannot be.
 * @example
 * const saved = { optimizer: optimizerState(optimizer, model).save() };
 * await saveTraining('runs/digits', model, { saved, position: { epoch: 3, row: 0 }, about: {} });
 */
export async function saveTraining(
  folder: string,
  model: FlowGraph,
  saved: Training & { readonly about?: Json },
): Promise<void> {
  const { about = {}, ...training } = expectObject(
    'saveTraining',
    saved,
    'what is saved beside the model',
    [],
    'give it, as { saved: { optimizer: state.save() } }',
  );
  await writeFolder(folder, modelContent(model, about, training), MODEL_FOLDER);
}
