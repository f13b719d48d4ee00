import type { FlowGraph, OptimizerProgress } from '@fluxion/graph';
import type { Json } from './jsonValue.js';
import { modelContent } from './modelContent.js';
import { MODEL_FOLDER } from './modelFiles.js';
import { writeFolder } from './writeFolder.js';

/**
 * Saves a model with what its optimizer has come to, as momentum and the number of updates, so that training can go on as
 * if there had been no stop. All is written as `saveModel` writes, together or not at all, and `loadModel` reads the
 * model of it.
 *
 * Format   that of `saveModel`; model.json also has `"optimizer": { "kind", "options", "step", "tensors" }`, the tensors
 *          by name with their shapes; optimizer.safetensors: these tensors, as `linear1.weight.velocity`, where there are
 *          any
 *
 * @param optimizer the `optimizerState` of optimizer and model
 * @param about what the caller wants to find again on loading, as the `position` of the last step
 * @throws {CheckpointError} when a weight or a number of the optimizer is not finite, the folder holds anything but a saved model, or it cannot be
 *   written.
 * @example
 * await saveTraining('runs/digits', model, optimizerState(optimizer, model), { epochs: 3 });
 */
export async function saveTraining(
  folder: string,
  model: FlowGraph,
  optimizer: OptimizerProgress,
  about: Json = {},
): Promise<void> {
  await writeFolder(folder, modelContent(model, about, optimizer), MODEL_FOLDER);
}
