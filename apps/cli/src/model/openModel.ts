import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type LoadedModel, loadModel, loadTraining, readGraph } from '@fluxion/checkpoint';
import type { FlowGraph } from '@fluxion/graph';
import { boxes, type GraphOptions, graph } from '@fluxion/layers';
import { CheckpointError, type KernelsName, type Saved } from '@fluxion/tensor';
import { aboutFromJson, type ModelAbout } from './modelAbout.js';

/** What `--model` names. */
export interface OpenedModel {
  readonly model: FlowGraph;
  /** What this command saved with it; absent where it is a description, or was saved by a program. */
  readonly about: ModelAbout | undefined;
}

/** What `--model` names, to train it. */
export interface OpenedTraining extends OpenedModel {
  /** What the optimizer had come to; absent where that was not saved. */
  readonly optimizer: Saved | undefined;
}

/**
 * Reads a saved model's folder, or a graph description, whose weights are initialised.
 *
 * @throws {CheckpointError} when it is neither; {OptionError} or {ShapeError} when the graph cannot be built.
 */
export async function openModel(path: string, seed: number): Promise<OpenedModel> {
  if (await isDescription(path)) return describedModel(path, { seed });
  return openSavedModel(path);
}

/**
 * The same, with what training had come to.
 *
 * @throws what `openModel` throws.
 */
export async function openTraining(
  path: string,
  seed: number,
  kernels?: KernelsName,
): Promise<OpenedTraining> {
  const named = kernels === undefined ? {} : { kernels };
  if (await isDescription(path)) {
    return { ...(await describedModel(path, { seed, ...named })), optimizer: undefined };
  }
  const loaded = await loadTraining(await folderOf(path), { definitions: boxes, ...named });
  return { model: loaded.model, about: ofCommand(loaded), optimizer: loaded.saved.get('optimizer') };
}

/**
 * Reads a saved model's folder.
 *
 * @throws {CheckpointError} when it is none.
 */
export async function openSavedModel(path: string): Promise<OpenedModel> {
  const saved = await loadModel(await folderOf(path), { definitions: boxes });
  return { model: saved.model, about: ofCommand(saved) };
}

/** A file is a graph's description, unless weights lie beside it, which makes it the one that was saved with them. */
async function isDescription(path: string): Promise<boolean> {
  return (await isFile(path)) && !(await isFile(weightsBeside(path)));
}

/** The folder of a saved model, which is also found by the model.json in it. */
async function folderOf(path: string): Promise<string> {
  if (!(await isFile(path))) return path;
  if (await isFile(weightsBeside(path))) return dirname(path);
  throw new CheckpointError(
    `${path}: expected the folder of a saved model, got a file; give the folder that holds its model.json`,
  );
}

function weightsBeside(path: string): string {
  return basename(path) === 'model.json' ? join(dirname(path), 'weights.safetensors') : '';
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function describedModel(path: string, options: GraphOptions): Promise<OpenedModel> {
  return { model: graph(await readGraph(path, boxes), options), about: undefined };
}

/** What this command saved with a model; undefined where a program saved it that says nothing of the kind. */
function ofCommand({ about, model }: LoadedModel): ModelAbout | undefined {
  const { value } = about;
  const own = typeof value === 'object' && value !== null && 'loss' in value && 'target' in value;
  return own ? aboutFromJson(about, model) : undefined;
}
