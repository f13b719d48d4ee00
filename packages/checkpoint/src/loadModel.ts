import { join } from 'node:path';
import { FlowGraph, type FlowGraphOptions, type GraphDescription } from '@fluxion/graph';
import { CheckpointError, type DType, elements, formatShape, type Shape, sameShape } from '@fluxion/tensor';
import { graphFromJson } from './graphFromJson.js';
import type { JsonValue } from './jsonValue.js';
import { FORMAT, MODEL_FILE, VERSION, WEIGHTS_FILE } from './modelFiles.js';
import { openSafetensors, type SafetensorsFile } from './openSafetensors.js';
import { parameterShapes } from './parameterShapes.js';
import { readFolder } from './readFolder.js';
import { readJson } from './readJson.js';
import type { SafetensorsDType } from './safetensorsHeader.js';

/** How a saved model is built again. The dtype is that of the saved one, unless another is asked for. */
export type LoadModelOptions = Omit<FlowGraphOptions, 'seed'>;

/** A model read from a folder. */
export interface LoadedModel {
  readonly model: FlowGraph;
  /** What was saved with it. It comes from a file: ask it for what you expect. */
  readonly about: JsonValue;
}

interface ModelFile {
  readonly graph: GraphDescription;
  readonly seed: number;
  readonly dtype: DType;
  readonly about: JsonValue;
}

/** How weights.safetensors names each dtype. */
const stored: Readonly<Record<DType, SafetensorsDType>> = { float32: 'F32', float64: 'F64' };

/**
 * Loads the model that `saveModel` saved: the same graph, the same weights, bit for bit. Files are not trusted: names
 * and shapes of the weights must be those of the graph, and that is found out before memory is taken for either.
 *
 * @throws {CheckpointError} naming the file, and the place in the JSON or the tensor.
 * @example
 * const { model, about } = await loadModel('runs/digits', { definitions: boxes });
 * const labels = about.field('labels').array().map((label) => label.string());
 */
export function loadModel(folder: string, options: LoadModelOptions): Promise<LoadedModel> {
  return readFolder(folder, async (path) => {
    const json = await readJson(join(path, MODEL_FILE));
    const { graph, seed, dtype, about } = readModelFile(json, options);
    const refuseGraph = (cause: unknown): never => {
      const { message } = cause as Error;
      throw json.field('graph').refuse(`a graph that can be built (${message})`, undefined, cause);
    };
    const shapes = attempt(() => parameterShapes(graph, options.definitions), refuseGraph);
    const weights = await openSafetensors(join(path, WEIGHTS_FILE));
    try {
      expectWeights(weights, join(path, WEIGHTS_FILE), shapes, stored[dtype]);
      const model = attempt(
        () => new FlowGraph(graph, { ...options, seed, dtype: options.dtype ?? dtype }),
        refuseGraph,
      );
      for (const parameter of model.parameters) {
        model.assign(parameter, elements(await weights.read(parameter.name)));
      }
      return { model, about };
    } finally {
      await weights.close();
    }
  });
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

/** Refuses weights whose names, shapes and dtype are not those of the graph, and lists every difference. */
function expectWeights(
  { entries }: SafetensorsFile,
  file: string,
  shapes: ReadonlyMap<string, Shape>,
  dtype: SafetensorsDType,
): void {
  const differences: string[] = [];
  for (const [name, shape] of shapes) {
    const entry = entries.get(name);
    const expected = `${dtype} ${formatShape(shape)}`;
    if (entry === undefined) differences.push(`no '${name}' ${expected}`);
    else if (entry.dtype !== dtype || !sameShape(entry.shape, shape)) {
      differences.push(`'${name}' ${entry.dtype} ${formatShape(entry.shape)} in place of ${expected}`);
    }
  }
  for (const [name, entry] of entries) {
    if (!shapes.has(name)) differences.push(`'${name}' ${entry.dtype} ${formatShape(entry.shape)} besides`);
  }
  if (differences.length > 0) {
    const more = differences.length > 10 ? ` and ${differences.length - 10} more` : '';
    throw new CheckpointError(
      `${file}: expected the parameters of the graph in ${MODEL_FILE}, got ${differences.slice(0, 10).join(', ')}${more}; put back the weights that were saved with it`,
    );
  }
}

function attempt<T>(build: () => T, refuse: (cause: unknown) => never): T {
  try {
    return build();
  } catch (cause) {
    return refuse(cause);
  }
}
