import type { FlowGraph, GraphDescription, OptimizerProgress } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { encodeSafetensors } from './encodeSafetensors.js';
import { expectFinite } from './expectFinite.js';
import type { Json } from './jsonValue.js';
import { FORMAT, MODEL_FILE, OPTIMIZER_FILE, VERSION, WEIGHTS_FILE } from './modelFiles.js';
import { optimizerFromJson } from './optimizerFromJson.js';
import { parseJson } from './parseJson.js';
import type { FileContent } from './writeFolder.js';

/**
 * The files of a model, with copies of its weights as they are now.
 *
 * @param optimizer what its training has come to, where that is kept too
 * @throws {CheckpointError} on what the reader would refuse.
 */
export function modelContent(
  model: FlowGraph,
  about: Json,
  optimizer?: OptimizerProgress,
): Readonly<Record<string, FileContent>> {
  const { seed, dtype } = model;
  const description = { format: FORMAT, version: VERSION, graph: descriptionOf(model), seed, dtype, about };
  const weights = new Map(model.parameters.map(({ name, value }) => [name, value]));
  for (const [name, value] of weights) expectFinite(value, name, WEIGHTS_FILE);
  if (optimizer === undefined) return { [MODEL_FILE]: text(description), [WEIGHTS_FILE]: bytes(weights) };

  const { kind, options, step, tensors } = optimizer;
  for (const [name, value] of tensors) expectFinite(value, name, OPTIMIZER_FILE);
  const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  return {
    [MODEL_FILE]: text({ ...description, optimizer: { kind, options, step, tensors: shapes } }),
    [WEIGHTS_FILE]: bytes(weights),
    ...(tensors.size > 0 && { [OPTIMIZER_FILE]: bytes(tensors) }),
  };
}

function text(description: object): string {
  const json = `${JSON.stringify(description, null, 2)}\n`;
  // What the reader would refuse must not replace a model that it takes.
  const optimizer = parseJson(json, MODEL_FILE).optional('optimizer');
  if (optimizer !== undefined) optimizerFromJson(optimizer);
  return json;
}

function bytes(tensors: ReadonlyMap<string, Tensor>): Uint8Array[] {
  return Array.from(encodeSafetensors(tensors), (chunk) => chunk.slice());
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
