import { type Json, type ModelEncoder, type Saved, type Tensor, tensor } from '@fluxion/tensor';
import { readFolder } from '../folder/readFolder.js';
import type { JsonValue } from '../json/jsonValue.js';
import { expectDefinitions } from '../model/expectDefinitions.js';
import { expectAsWritten } from '../model/manifest.js';
import { MODEL_FOLDER, OPTIMIZER_FILE, TRAINING_FILE } from '../model/modelFiles.js';
import { type LoadedModel, type LoadModelOptions, readModel } from '../model/readModel.js';
import type { ModelFile } from '../model/readModelFile.js';
import { readTensors } from '../model/readTensors.js';
import { savedFromJson } from '../model/savedFromJson.js';

/** A model read from a folder, and what its training goes on from. */
export interface LoadedTraining<Encoder extends ModelEncoder = ModelEncoder> extends LoadedModel<Encoder> {
  /** All that was saved with it, by name; empty where only the model was saved. */
  readonly saved: ReadonlyMap<string, Saved>;
  /** Where the examples go on; undefined where that was not saved. */
  readonly position: Json | undefined;
}

/**
 * Loads what `saveTraining` saved, to go on with it, or the model that `saveModel` saved, to begin with.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor, where names, shapes or numbers cannot
 *   be; {OptionError} on an option that cannot.
 * @example
 * const { model, saved, position } = await loadTraining('runs/digits', { definitions: boxes });
 * const optimizer = adam();
 * const state = saved.get('optimizer');
 * if (state !== undefined) optimizerState(optimizer, model).restore(state);
 */
export async function loadTraining<Encoder extends ModelEncoder>(
  folder: string,
  options: LoadModelOptions<Encoder>,
): Promise<LoadedTraining<Encoder>> {
  expectDefinitions('loadTraining definitions', options?.definitions);
  const read = async (path: string): Promise<LoadedTraining<Encoder>> => {
    await expectAsWritten(path, [TRAINING_FILE]);
    const { model, encoder, about, file } = await readModel(path, options);
    const { training } = file;
    const saved = training ? await readSaved(path, training.field('saved')) : await readVersion1(path, file);
    return { model, encoder, about, saved, position: training?.optional('position')?.value };
  };
  return readFolder(folder, read, MODEL_FOLDER);
}

async function readSaved(folder: string, json: JsonValue): Promise<ReadonlyMap<string, Saved>> {
  const parts = new Map(
    [...json.members()].map(([part, described]) => [
      part,
      savedFromJson(described.only('kind', 'options'), new Map<string, Tensor>()),
    ]),
  );
  for (const [name, values] of await readTensors(folder, TRAINING_FILE)) {
    const dot = name.indexOf('.');
    const part = parts.get(name.slice(0, dot));
    if (part === undefined) throw json.refuse(`a member for '${name}' in ${TRAINING_FILE}`);
    part.tensors.set(name.slice(dot + 1), values);
  }
  return parts;
}

/** What 0.1.0 wrote: an optimizer alone, with one count of updates for all its parameters. */
async function readVersion1(folder: string, file: ModelFile): Promise<ReadonlyMap<string, Saved>> {
  const json = file.optimizer?.only('kind', 'options', 'step', 'tensors');
  if (json === undefined) return new Map();
  const updates = tensor(Float64Array.of(json.field('step').integer()));
  const tensors = new Map([['updates', updates]]);
  if (json.field('tensors').members().size > 0) {
    for (const [name, values] of await readTensors(folder, OPTIMIZER_FILE)) {
      tensors.set(name, values);
      tensors.set(`${name.slice(0, name.lastIndexOf('.'))}.updates`, updates);
    }
  }
  return new Map([['optimizer', savedFromJson(json, tensors)]]);
}
