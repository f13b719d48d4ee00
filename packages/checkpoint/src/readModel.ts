import { join } from 'node:path';
import { FlowGraph, type FlowGraphOptions, type GraphDescription } from '@fluxion/graph';
import { type DType, elements } from '@fluxion/tensor';
import { expectFinite } from './expectFinite.js';
import { expectTensors } from './expectTensors.js';
import { graphFromJson } from './graphFromJson.js';
import type { JsonValue } from './jsonValue.js';
import { FORMAT, MODEL_FILE, VERSION, WEIGHTS_FILE } from './modelFiles.js';
import { openSafetensors } from './openSafetensors.js';
import { parameterShapes } from './parameterShapes.js';
import { readJson } from './readJson.js';

/** How a saved model is built again. The dtype is that of the saved one, unless another is asked for. */
export type LoadModelOptions = Omit<FlowGraphOptions, 'seed'>;

/** A model read from a folder. */
export interface LoadedModel {
  readonly model: FlowGraph;
  /** What was saved with it. It comes from a file: ask it for what you expect. */
  readonly about: JsonValue;
}

/** A model, and the file that describes it. */
export interface ReadModel extends LoadedModel {
  readonly json: JsonValue;
  /** The precision that it was saved in. */
  readonly dtype: DType;
}

interface ModelFile {
  readonly graph: GraphDescription;
  readonly seed: number;
  readonly dtype: DType;
  readonly about: JsonValue;
}

/**
 * Reads the model that a folder holds. Names and shapes of the weights must be those of the graph, and that is found out
 * before memory is taken for either.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor; {OptionError} on an option that cannot
 *   be, whatever the file.
 */
export async function readModel(path: string, options: LoadModelOptions): Promise<ReadModel> {
  const json = await readJson(join(path, MODEL_FILE));
  const { graph, seed, dtype, about } = readModelFile(json, options);
  const shapes = shapesOf(graph, json.field('graph'), options);
  const weights = await openSafetensors(join(path, WEIGHTS_FILE));
  try {
    expectTensors(weights, join(path, WEIGHTS_FILE), shapes, dtype, {
      what: `the parameters of the graph in ${MODEL_FILE}`,
      fix: 'put back the weights that were saved with it',
    });
    // The graph is sound, as its shapes have been found: what is refused here are the caller's options.
    const model = new FlowGraph(graph, { ...options, seed, dtype: options.dtype ?? dtype });
    for (const parameter of model.parameters) {
      const values = await weights.read(parameter.name);
      expectFinite(values, parameter.name, join(path, WEIGHTS_FILE));
      model.assign(parameter, elements(values));
    }
    return { model, about, json, dtype };
  } finally {
    await weights.close();
  }
}

function readModelFile(json: JsonValue, { definitions }: LoadModelOptions): ModelFile {
  json.field('format').oneOf([FORMAT]);
  const version = json.field('version');
  if (version.value !== VERSION) throw version.refuse(`${VERSION}`, 'load it with the fluxion that saved it');
  const seed = json.field('seed');
  if (seed.integer() >= 2 ** 32) throw seed.refuse('an integer from 0 to 4294967295');
  return {
    graph: graphFromJson(json.field('graph'), definitions),
    seed: seed.integer(),
    dtype: json.field('dtype').oneOf(['float32', 'float64']),
    about: json.field('about'),
  };
}

function shapesOf(
  graph: GraphDescription,
  json: JsonValue,
  { definitions }: LoadModelOptions,
): ReturnType<typeof parameterShapes> {
  try {
    return parameterShapes(graph, definitions);
  } catch (cause) {
    throw json.refuse(`a graph that can be built (${(cause as Error).message})`, undefined, cause);
  }
}
