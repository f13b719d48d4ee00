import { stat } from 'node:fs/promises';
import { type JsonValue, loadModel, loadTraining, readGraph } from '@fluxion/checkpoint';
import type { FlowGraph, OptimizerProgress } from '@fluxion/graph';
import { boxes, type GraphOptions, graph } from '@fluxion/layers';
import type { KernelsName } from '@fluxion/tensor';
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
  readonly optimizer: OptimizerProgress | undefined;
}

/**
 * Reads a saved model's folder, or a graph description, whose weights are initialised.
 *
 * @throws {CheckpointError} when it is neither; {OptionError} or {ShapeError} when the graph cannot be built.
 */
export async function openModel(path: string, seed: number): Promise<OpenedModel> {
  if (await isFile(path)) return describedModel(path, { seed });
  const { model, about } = await loadModel(path, { definitions: boxes });
  return { model, about: ofCommand(about, model) };
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
  if (await isFile(path)) {
    return { ...(await describedModel(path, { seed, ...named })), optimizer: undefined };
  }
  const { model, about, optimizer } = await loadTraining(path, { definitions: boxes, ...named });
  return { model, about: ofCommand(about, model), optimizer };
}

/**
 * Reads a saved model's folder.
 *
 * @throws {CheckpointError} when it is none, or was not saved by this command.
 */
export async function openSavedModel(path: string): Promise<{ model: FlowGraph; about: ModelAbout }> {
  const { model, about } = await loadModel(path, { definitions: boxes });
  return { model, about: aboutFromJson(about, model.seed) };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}

async function describedModel(path: string, options: GraphOptions): Promise<OpenedModel> {
  return { model: graph(await readGraph(path, boxes), options), about: undefined };
}

/** What this command saved with a model; undefined where a program saved it. */
function ofCommand(about: JsonValue, model: FlowGraph): ModelAbout | undefined {
  const { value } = about;
  const own = typeof value === 'object' && value !== null && 'loss' in value && 'target' in value;
  return own ? aboutFromJson(about, model.seed) : undefined;
}
