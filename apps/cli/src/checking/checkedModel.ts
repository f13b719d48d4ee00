import type { FlowGraph } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { openModel } from '../model/openModel.js';
import { plainGraph } from '../model/plainGraph.js';
import type { ActivationName } from '../options/activationOption.js';

/** What the command line says of the model whose gradients are checked. */
export interface CheckedModelOptions {
  readonly model?: string;
  readonly inputs?: number;
  readonly hidden?: readonly number[];
  readonly classes?: number;
  readonly activation?: ActivationName;
  readonly loss?: string;
  readonly seed: number;
}

/** A model to check. */
export interface CheckedModel {
  readonly model: FlowGraph;
  /** Kind of the loss. */
  readonly loss: string;
  /** What inputs it is checked on. */
  readonly inputs: 'binary' | 'uniform';
}

/**
 * The model that is named, or a new one, which is the course's own unless told otherwise.
 *
 * @see Larochelle, "Training neural networks – backpropagation", the exercise: 20 binary inputs, hidden layers of 4 and 5,
 *   3 classes.
 */
export async function checkedModel(options: CheckedModelOptions): Promise<CheckedModel> {
  const { seed, inputs = 20, hidden = [4, 5], classes = 3, activation = 'tanh' } = options;
  if (options.model !== undefined) {
    const { model, about } = await openModel(options.model, seed);
    return { model, loss: options.loss ?? about?.loss ?? 'softmaxCrossEntropy', inputs: 'uniform' };
  }
  const loss = options.loss ?? 'softmaxCrossEntropy';
  const description = plainGraph({
    inputs: { input: [inputs] },
    hidden,
    activation,
    outputs: classes,
    loss,
  });
  return { model: graph(description, { seed }), loss, inputs: 'binary' };
}
