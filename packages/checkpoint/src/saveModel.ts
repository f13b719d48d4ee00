import type { FlowGraph, GraphDescription } from '@fluxion/graph';
import { encodeSafetensors } from './encodeSafetensors.js';
import type { Json } from './jsonValue.js';
import { FORMAT, MODEL_FILE, VERSION, WEIGHTS_FILE } from './modelFiles.js';
import { parseJson } from './parseJson.js';
import { writeFolder } from './writeFolder.js';

/**
 * Saves a model as a folder. What is there is replaced as a whole, and a crash at any moment leaves either the old model
 * or the new one. The weights are copied before this returns its promise, so training may go on while they are written.
 *
 * Format   model.json: `{ "format": "fluxion-model", "version": 1, "graph", "seed", "dtype", "about" }`;
 *          weights.safetensors: each parameter by its name, as `linear1.weight`
 *
 * @param about what the caller wants to find again on loading, as the names of labels or columns
 * @throws {CheckpointError} when the folder holds anything but a saved model, and when it cannot be written.
 * @example
 * await saveModel('runs/digits', model, { labels: ['zero', 'one'] });
 */
export async function saveModel(folder: string, model: FlowGraph, about: Json = {}): Promise<void> {
  const { seed, dtype } = model;
  const description = { format: FORMAT, version: VERSION, graph: descriptionOf(model), seed, dtype, about };
  const json = `${JSON.stringify(description, null, 2)}\n`;
  // What the reader would refuse must not replace a model that it takes.
  parseJson(json, MODEL_FILE);
  const weights = new Map(model.parameters.map(({ name, value }) => [name, value]));
  await writeFolder(folder, {
    [MODEL_FILE]: json,
    [WEIGHTS_FILE]: Array.from(encodeSafetensors(weights), (chunk) => chunk.slice()),
  });
}

/** The model's description, with the boxes frozen that are frozen now. */
function descriptionOf({ description, boxes }: FlowGraph): GraphDescription {
  const placed = { ...description.boxes };
  for (const box of boxes) {
    const frozen = [...box.parameters.values()].some((parameter) => parameter.frozen);
    if (box.parameters.size > 0 && frozen !== (box.description.frozen ?? false)) {
      placed[box.name] = { ...box.description, frozen };
    }
  }
  return { ...description, boxes: placed };
}
