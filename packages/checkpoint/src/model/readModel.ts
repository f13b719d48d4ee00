import { join } from 'node:path';
import { FlowGraph, type FlowGraphOptions, type GraphDescription } from '@fluxion/graph';
import { elements, type ModelEncoder, type Saved } from '@fluxion/tensor';
import type { JsonValue } from '../json/jsonValue.js';
import { readJson } from '../json/readJson.js';
import { expectFinite } from '../safetensors/expectFinite.js';
import { openSafetensors } from '../safetensors/openSafetensors.js';
import { expectWeights } from './expectWeights.js';
import { expectAsWritten } from './manifest.js';
import { ENCODER_FILE, MODEL_FILE, WEIGHTS_FILE } from './modelFiles.js';
import { readEncoder } from './readEncoder.js';
import { type ModelFile, readModelFile } from './readModelFile.js';
import { weightShapes } from './weightShapes.js';

/** How a saved model is built again. The dtype is that of the saved one, unless another is asked for. */
export interface LoadModelOptions<Encoder extends ModelEncoder = ModelEncoder>
  extends Omit<FlowGraphOptions, 'seed' | 'encoder'> {
  /** Makes the encoder again that was saved with the model: `restoreEncoder` of `@fluxion/data`. */
  readonly restoreEncoder?: (saved: Saved) => Encoder;
}

/** A model read from a folder. */
export interface LoadedModel<Encoder extends ModelEncoder = ModelEncoder> {
  readonly model: FlowGraph;
  /** The model's encoder, where it was saved with one. */
  readonly encoder: Encoder | undefined;
  /** What was saved with it. It comes from a file: ask it for what you expect. */
  readonly about: JsonValue;
}

/** A model, and the file that describes it. */
export interface ReadModel<Encoder extends ModelEncoder> extends LoadedModel<Encoder> {
  readonly file: ModelFile;
}

/**
 * Reads the model that a folder holds. Names and shapes of the weights must be those of the graph, and that is found out
 * before memory is taken for either.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor; {OptionError} on an option that cannot
 *   be, whatever the file.
 */
export async function readModel<Encoder extends ModelEncoder>(
  folder: string,
  { restoreEncoder, ...options }: LoadModelOptions<Encoder>,
): Promise<ReadModel<Encoder>> {
  await expectAsWritten(folder, [MODEL_FILE, WEIGHTS_FILE, ENCODER_FILE]);
  const json = await readJson(join(folder, MODEL_FILE));
  const file = readModelFile(json, options);
  const shapes = shapesOf(file.graph, json.field('graph'), options);
  const encoder = await readEncoder(folder, file, restoreEncoder);
  const weights = await openSafetensors(join(folder, WEIGHTS_FILE));
  try {
    expectWeights(weights, shapes, file.dtype);
    // The graph is sound, as its shapes have been found: what is refused here are the caller's options.
    const { seed, dtype } = file;
    const model = new FlowGraph(file.graph, {
      ...options,
      seed,
      dtype: options.dtype ?? dtype,
      ...(encoder && { encoder }),
    });
    for (const cell of [...model.parameters, ...model.states]) {
      const values = await weights.read(cell.name);
      expectFinite(values, cell.name, weights.path, model.dtype);
      model.assign(cell, elements(values));
    }
    return { model, encoder, about: file.about, file };
  } finally {
    await weights.close();
  }
}

function shapesOf(
  graph: GraphDescription,
  json: JsonValue,
  { definitions }: Pick<LoadModelOptions, 'definitions'>,
): ReturnType<typeof weightShapes> {
  try {
    return weightShapes(graph, definitions);
  } catch (cause) {
    throw json.refuse(`a graph that can be built (${(cause as Error).message})`, undefined, cause);
  }
}
