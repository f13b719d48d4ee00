import { expectModel, type FlowGraph, type GraphDescription } from '@fluxion/graph';
import { CheckpointError, type Json, OptionError, type Saved, type Tensor } from '@fluxion/tensor';
import type { FileContent } from '../folder/writeFolder.js';
import { parseJson } from '../json/parseJson.js';
import { encodeSafetensors } from '../safetensors/encodeSafetensors.js';
import { expectFinite } from '../safetensors/expectFinite.js';
import { manifestOf } from './manifest.js';
import {
  ENCODER_FILE,
  FORMAT,
  MANIFEST_FILE,
  MODEL_FILE,
  TRAINING_FILE,
  VERSION,
  WEIGHTS_FILE,
} from './modelFiles.js';

/** What training goes on from, besides the model. */
export interface Training {
  /** Whatever has a state, by a name of letters, digits, - and _: `optimizer`, `average`, … */
  readonly saved?: Readonly<Record<string, Saved>>;
  /** Where the examples go on: the `position` of the last step. */
  readonly position?: Json | undefined;
}

/**
 * The files of a model as it is now: what training does afterwards is not in them.
 *
 * @throws {CheckpointError} on what the reader would refuse; {OptionError} on a name that cannot be.
 */
export function modelContent(
  model: FlowGraph,
  about: Json,
  training?: Training,
): Readonly<Record<string, FileContent>> {
  const weights = weightsOf(expectModel('save', model));
  for (const [name, value] of weights) expectFinite(value, name, WEIGHTS_FILE, model.dtype);
  const encoder = model.encoder?.save();
  const files = {
    [WEIGHTS_FILE]: bytes(weights),
    ...optional(ENCODER_FILE, encoder?.tensors ?? new Map()),
    ...optional(TRAINING_FILE, trainingTensors(training?.saved ?? {})),
  };
  const description = {
    format: FORMAT,
    version: VERSION,
    graph: descriptionOf(model),
    seed: model.seed,
    dtype: model.dtype,
    about,
    ...(encoder && { encoder: described(encoder) }),
    ...(training && { training: trainingDescription(training) }),
  };
  const all = { [MODEL_FILE]: text(description), ...files };
  return { ...all, [MANIFEST_FILE]: manifestOf(all) };
}

/**
 * Refuses a model that could not be saved whatever it learns: for a name in it, as `__proto__` of an input. Asked before
 * training, it saves finding out afterwards.
 *
 * @throws {CheckpointError} or {OptionError} naming it.
 * @example
 * expectSavable(model);
 */
export function expectSavable(model: FlowGraph): void {
  text(descriptionOf(expectModel('save', model)));
  encodeSafetensors(weightsOf(model));
}

function weightsOf(model: FlowGraph): ReadonlyMap<string, Tensor> {
  return new Map([...model.parameters, ...model.states].map((of) => [of.name, model.valueOf(of)]));
}

function trainingDescription({ saved = {}, position }: Training): Json {
  const parts = Object.entries(saved).map(([name, part]) => [name, described(part)]);
  return { saved: Object.fromEntries(parts), ...(position !== undefined && { position }) };
}

function described({ kind, options }: Saved): Json {
  return { kind, options };
}

/** The tensors of all that is saved, each under the name of what it belongs to: `optimizer.linear1.weight.velocity`. */
function trainingTensors(saved: Readonly<Record<string, Saved>>): ReadonlyMap<string, Tensor> {
  return new Map(
    Object.entries(saved).flatMap(([part, { tensors }]) => {
      if (!/^[\w-]+$/.test(part)) {
        throw new OptionError(
          `saveTraining saved: expected names of letters, digits, - and _, got ${JSON.stringify(part)}; give it such a name, as 'optimizer'`,
        );
      }
      return [...tensors].map(([name, tensor]) => [`${part}.${name}`, tensor] as const);
    }),
  );
}

function optional(file: string, tensors: ReadonlyMap<string, Tensor>): Record<string, Uint8Array[]> {
  return tensors.size === 0 ? {} : { [file]: bytes(tensors) };
}

/** Copies, for a model is trained on while it is written. */
function bytes(tensors: ReadonlyMap<string, Tensor>): Uint8Array[] {
  return Array.from(encodeSafetensors(tensors), (chunk) => chunk.slice());
}

function text(description: object): string {
  const json = JSON.stringify(
    description,
    (name, value: unknown) => {
      if (typeof value !== 'number' || Number.isFinite(value)) return value;
      throw new CheckpointError(
        `${MODEL_FILE}: expected numbers that JSON can say, got ${value} at '${name}'; leave it out, or save it as a text`,
      );
    },
    2,
  );
  // What the reader would refuse must not replace a model that it takes.
  parseJson(json, MODEL_FILE);
  return `${json}\n`;
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
