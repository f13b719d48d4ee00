import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type LoadedModel, loadTraining, readGraph } from '@fluxion/checkpoint';
import { type Encoder, restoreEncoder } from '@fluxion/data';
import type { Box, FlowGraph } from '@fluxion/graph';
import { boxes, graph } from '@fluxion/layers';
import { CheckpointError, type KernelsName, type Saved } from '@fluxion/tensor';
import { UsageError } from '../usageError.js';
import { aboutFromJson, type EncodedAbout, type ModelAbout } from './modelAbout.js';

/** What `--model` names. */
export interface OpenedModel {
  readonly model: FlowGraph;
  /** What this command saved with a model of columns; absent where it is a description, or a program saved it without. */
  readonly about: ModelAbout | undefined;
  /** What this command saved with a model that an encoder feeds. */
  readonly encoded: { readonly encoder: Encoder; readonly about: EncodedAbout } | undefined;
  /** What training goes on from, by name; empty where it has not begun. */
  readonly saved: ReadonlyMap<string, Saved>;
}

/** How a model is built. */
export interface OpenOptions {
  /** Of the weights of a description. */
  readonly seed?: number | undefined;
  readonly kernels?: KernelsName | undefined;
}

/**
 * Reads a saved model's folder, or a graph description, whose weights are initialised.
 *
 * @throws {UsageError} when there is neither; {CheckpointError} when it is damaged; {OptionError} or {ShapeError} when the graph cannot be built.
 */
export async function openModel(path: string, { seed = 0, kernels }: OpenOptions = {}): Promise<OpenedModel> {
  if (!(await isDescription(path))) return openSavedModel(path, { kernels });
  const model = graph(await readGraph(path, boxes), { seed, ...(kernels && { kernels }) });
  return { model, about: undefined, encoded: undefined, saved: new Map() };
}

/**
 * Reads a saved model's folder.
 *
 * @throws {UsageError} when there is none; {CheckpointError} when it is damaged.
 */
export async function openSavedModel(path: string, { kernels }: OpenOptions = {}): Promise<OpenedModel> {
  const folder = await folderOf(path);
  const options = { definitions: boxes, restoreEncoder, ...(kernels && { kernels }) };
  const loaded = await loadTraining(folder, options).catch(async (cause) => {
    const isThere = (await stat(folder).catch(() => undefined)) !== undefined;
    if (isThere && (await isFile(join(folder, 'model.json')))) throw cause;
    throw new UsageError(
      `--model: expected the folder of a saved model, got ${path}, ${isThere ? 'in which there is no model.json' : 'which is not there'}`,
      { cause },
    );
  });
  const { model, saved, encoder } = loaded;
  const about = ofCommand(loaded);
  if (encoder === undefined) {
    if (about === undefined || 'loss' in about) return { model, about, encoded: undefined, saved };
    throw new CheckpointError(
      `${path}: expected the encoder that the model was trained with, got none; save the model again`,
    );
  }
  const own = about !== undefined && 'outputs' in about ? about : usualOutputs(model, encoder);
  return { model, about: undefined, encoded: { encoder, about: own }, saved };
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

/** What this command saved with a model; undefined where a program saved it that says nothing of the kind. */
function ofCommand({ about, model }: LoadedModel): ModelAbout | EncodedAbout | undefined {
  const { value } = about;
  if (typeof value !== 'object' || value === null) return undefined;
  const isOwn = ('loss' in value && 'target' in value) || 'outputs' in value;
  return isOwn ? aboutFromJson(about, model) : undefined;
}

/** What is to be said of a model that a program saved with its encoder: an output for each target, with the usual loss. */
function usualOutputs(model: FlowGraph, encoder: Encoder): EncodedAbout {
  const outputs = Object.values(encoder.targets).map((meant, i) => {
    const { column: target, kind } = meant;
    const output = model.outputs[i] ?? '';
    const box = model.boxes.find(({ name }) => name === output);
    const loss = kind === 'number' ? (meant.isLog ? 'poisson' : 'squaredError') : classLoss(box);
    return { output, target, loss };
  });
  return { outputs, epochs: 0, seed: model.seed };
}

function classLoss(box: Pick<Box, 'description' | 'shape'> | undefined): string {
  if (box?.shape.at(-1) === 1) return 'binaryCrossEntropy';
  return box?.description.kind === 'softmax' ? 'negativeLogLikelihood' : 'softmaxCrossEntropy';
}
