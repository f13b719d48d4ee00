import type { FlowGraph } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { CheckpointError, elements, type Savable, type Saved, tensor } from '@fluxion/tensor';

/** Updates between two looks at the weights that are averaged: they move little in that time. */
export const AVERAGED_EVERY = 8;

/** A model of the same graph. */
export function cloneModel(model: FlowGraph): FlowGraph {
  return graph(model.description, { seed: model.seed, ...(model.encoder && { encoder: model.encoder }) });
}

/** Gives a twin the weights and states that a model has. */
function copyWeights(model: FlowGraph, twin: FlowGraph): void {
  for (const [i, part] of partsOf(twin).entries()) {
    twin.assign(part, elements(model.valueOf(partsOf(model)[i] as typeof part)));
  }
}

/** A twin of a model in training, which has its weights as they were at the best epoch. */
export interface BestModel extends Savable {
  /** Takes over the weights that the model has now. */
  keep(): void;
  /** The twin; the model itself where nothing has been kept. */
  readonly model: FlowGraph;
}

export function bestModel(model: FlowGraph): BestModel {
  let twin: FlowGraph | undefined;
  return {
    keep() {
      twin ??= cloneModel(model);
      copyWeights(model, twin);
    },
    save: () =>
      twin === undefined ? { kind: 'weights', options: {}, tensors: new Map() } : saveWeights(twin),
    restore(saved) {
      if (saved.tensors.size === 0) return;
      twin ??= cloneModel(model);
      restoreWeights(twin, saved);
    },
    get model() {
      return twin ?? model;
    },
  };
}

/** The weights and states of a model, to be saved beside those of its best epoch. */
export function saveWeights(model: FlowGraph): Saved {
  const values = partsOf(model).map(
    (part) => [part.name, tensor(elements(model.valueOf(part)).slice())] as const,
  );
  return { kind: 'weights', options: {}, tensors: new Map(values) };
}

/** @throws {CheckpointError} when they are not those of such a model. */
export function restoreWeights(model: FlowGraph, { tensors }: Saved): void {
  for (const part of partsOf(model)) {
    const values = tensors.get(part.name);
    if (values?.size !== part.value.size) {
      throw new CheckpointError(
        `training.safetensors: expected the latest weights of ${part.name}, ${part.value.size} numbers, got ${values?.size ?? 'none'}; save the model again`,
      );
    }
    model.assign(part, elements(values));
  }
}

function partsOf({ parameters, states }: FlowGraph) {
  return [...parameters, ...states];
}
