import { join } from 'node:path';
import type { OptimizerProgress } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';
import { expectFinite } from './expectFinite.js';
import { expectTensors } from './expectTensors.js';
import { MODEL_FILE, OPTIMIZER_FILE } from './modelFiles.js';
import { openSafetensors } from './openSafetensors.js';
import { type OptimizerDescription, optimizerFromJson } from './optimizerFromJson.js';
import { readFolder } from './readFolder.js';
import { type LoadedModel, type LoadModelOptions, type ReadModel, readModel } from './readModel.js';

/** A model read from a folder, and what its training had come to. */
export interface LoadedTraining extends LoadedModel {
  /** What `restore` of an `optimizerState` goes on from; undefined where only the model was saved. */
  readonly optimizer: OptimizerProgress | undefined;
}

/**
 * Loads what `saveTraining` saved, to go on with it, or the model that `saveModel` saved, to begin with. The optimizer's
 * tensors must be those that model.json names, and belong to parameters of the graph.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor, where names, shapes or numbers cannot
 *   be; {OptionError} on an option that cannot.
 * @example
 * const { model, optimizer: saved } = await loadTraining('runs/digits', { definitions: boxes });
 * const optimizer = adam();
 * if (saved !== undefined) optimizerState(optimizer, model).restore(saved);
 */
export function loadTraining(folder: string, options: LoadModelOptions): Promise<LoadedTraining> {
  return readFolder(folder, async (path) => {
    const read = await readModel(path, options);
    const { model, about } = read;
    return { model, about, optimizer: await readOptimizer(path, read) };
  });
}

async function readOptimizer(
  path: string,
  { json, model, dtype }: ReadModel,
): Promise<OptimizerProgress | undefined> {
  const description = json.optional('optimizer');
  if (description === undefined) return undefined;
  const { shapes, ...progress } = optimizerFromJson(description);
  const foreign = [...shapes.keys()].find(
    (tensor) => !model.parameters.some(({ name }) => tensor.startsWith(`${name}.`)),
  );
  if (foreign !== undefined) {
    throw description.field('tensors').refuse(`tensors of the graph's parameters ('${foreign}' is of none)`);
  }
  return { ...progress, tensors: shapes.size === 0 ? new Map() : await readTensors(path, shapes, dtype) };
}

async function readTensors(
  path: string,
  shapes: OptimizerDescription['shapes'],
  dtype: ReadModel['dtype'],
): Promise<ReadonlyMap<string, Tensor>> {
  const file = await openSafetensors(join(path, OPTIMIZER_FILE));
  try {
    expectTensors(file, join(path, OPTIMIZER_FILE), shapes, dtype, {
      what: `the tensors of the optimizer in ${MODEL_FILE}`,
      fix: 'put back the file that was saved with it',
    });
    const tensors = new Map<string, Tensor>();
    for (const name of shapes.keys()) {
      const values = await file.read(name);
      expectFinite(values, name, join(path, OPTIMIZER_FILE));
      tensors.set(name, values);
    }
    return tensors;
  } finally {
    await file.close();
  }
}
