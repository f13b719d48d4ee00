import type { FlowGraph } from '@fluxion/graph';
import type { Json } from '@fluxion/tensor';
import { writeFolder } from '../folder/writeFolder.js';
import { modelContent } from './modelContent.js';
import { MODEL_FOLDER } from './modelFiles.js';

/**
 * Saves a model as a folder. What is there is replaced as a whole, and a crash at any moment leaves either the old model
 * or the new one. The weights are copied before this returns its promise, so training may go on while they are written. A model's
 * encoder is saved with it.
 *
 * Format   model.json: `{ "format": "fluxion-model", "version": 2, "graph", "seed", "dtype", "about" }`, and
 *          `"encoder": { "kind", "options" }` where there is one; weights.safetensors: each parameter and
 *          state by its name, as `linear1.weight`; encoder.safetensors: the tensors of the encoder;
 *          manifest.json: the SHA-256 of each of these files, so that damage is found when they are read
 *
 * @param about what the caller wants to find again on loading, as the names of labels or columns
 * @throws {CheckpointError} when a weight is not finite, the folder holds anything but a saved model, or it cannot be
 *   written.
 * @example
 * await saveModel('runs/digits', model, { labels: ['zero', 'one'] });
 */
export async function saveModel(folder: string, model: FlowGraph, about: Json = {}): Promise<void> {
  await writeFolder(folder, modelContent(model, about), MODEL_FOLDER);
}
