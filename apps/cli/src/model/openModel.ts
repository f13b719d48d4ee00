import { stat } from 'node:fs/promises';
import { type JsonValue, loadModel, readGraph } from '@fluxion/checkpoint';
import type { FlowGraph } from '@fluxion/graph';
import { boxes, graph } from '@fluxion/layers';
import type { KernelsName } from '@fluxion/tensor';
import { aboutFromJson, type ModelAbout } from './modelAbout.js';

/** What `--model` names. */
export interface OpenedModel {
  readonly model: FlowGraph;
  /** What this command saved with it; absent where it is a description, or was saved by a program. */
  readonly about: ModelAbout | undefined;
}

/**
 * Reads a saved model's folder, or a graph description, whose weights are initialised.
 *
 * @throws {CheckpointError} when it is neither; {OptionError} or {ShapeError} when the graph cannot be built.
 */
export async function openModel(path: string, seed: number, kernels?: KernelsName): Promise<OpenedModel> {
  const named = kernels === undefined ? {} : { kernels };
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) {
    return { model: graph(await readGraph(path, boxes), { seed, ...named }), about: undefined };
  }
  const { model, about } = await loadModel(path, { definitions: boxes, ...named });
  return { model, about: isAbout(about) ? aboutFromJson(about) : undefined };
}

/**
 * Reads a saved model's folder.
 *
 * @throws {CheckpointError} when it is none, or was not saved by this command.
 */
export async function openSavedModel(path: string): Promise<{ model: FlowGraph; about: ModelAbout }> {
  const { model, about } = await loadModel(path, { definitions: boxes });
  return { model, about: aboutFromJson(about) };
}

/** Whether it is what this command saves, and not a program. */
function isAbout({ value }: JsonValue): boolean {
  return typeof value === 'object' && value !== null && 'loss' in value && 'target' in value;
}
