import { type Encoder, restoreEncoder } from '@fluxion/data';
import { FlowGraph } from '@fluxion/graph';
import { CheckpointError, elements, type Saved, type Tensor, tensor } from '@fluxion/tensor';
import { joined, tensorsOf } from './nested.js';

/** A model of the same graph with an encoder of its own, which knows what the model's knows now. The weights are not copied. */
export function twinOf(model: FlowGraph, encoder: Encoder): FlowGraph {
  const { description, seed, dtype, definitions, kernels } = model;
  return new FlowGraph(description, {
    seed,
    dtype,
    definitions,
    kernels: kernels.name,
    encoder: restoreEncoder(encoder.save()),
  });
}

/** All that a model predicts by, copied: parameters, states and encoder. */
export function saveModelCopy(model: FlowGraph, encoder: Encoder): Saved {
  const saved = encoder.save();
  return {
    kind: 'modelCopy',
    options: { encoder: { kind: saved.kind, options: saved.options } },
    tensors: new Map([
      ...valuesOf(model).map((part) => [`model.${part.name}`, copied(model.valueOf(part))] as const),
      ...joined({ encoder: saved }),
    ]),
  };
}

/**
 * Gives a model what another of the same graph was saved with.
 *
 * @throws {CheckpointError} when it was no such model; {OptionError} when its encoder has other columns.
 */
export function restoreModelCopy(model: FlowGraph, encoder: Encoder, { options, tensors }: Saved): void {
  const { kind, options: described } = options.encoder as unknown as Saved;
  encoder.takeOver(restoreEncoder({ kind, options: described, tensors: tensorsOf('encoder', tensors) }));
  for (const part of valuesOf(model)) {
    const values = tensors.get(`model.${part.name}`);
    if (values?.size !== part.value.size) {
      throw new CheckpointError(
        `training.safetensors: expected ${part.value.size} numbers of ${part.name} of the served model, got ${values?.size ?? 'none'}; put back a copy of the checkpoint`,
      );
    }
    model.assign(part, elements(values));
  }
}

function valuesOf({ parameters, states }: FlowGraph) {
  return [...parameters, ...states];
}

function copied(values: Tensor): Tensor {
  return tensor(elements(values).slice(), values.shape);
}
