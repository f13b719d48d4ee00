import { type FlowGraph, type Losses, type Objective, objective, type Regularizer } from '@fluxion/graph';
import { map, type OperatorFunction } from 'rxjs';
import type { Backward, Forward } from './messages.js';
import { placedError } from './placedError.js';

/**
 * Backpropagation: the loss of each pass, and the gradient of every parameter, box by box in the reverse order of fprop
 * and only as far as the parameters. The regularizer's gradient belongs to the update; a gradient is kept in the
 * cheapest exact form. Where the examples carry weights, each counts as much as its own says.
 *
 * @param loss for the main output, or one for each output by name
 * @throws {StateError} as the stream's error, when the pass is over, or the parameters have been updated since its fprop;
 *   {ShapeError} when targets and output do not fit; {DataError} on a label that is no class.
 * @see Larochelle, "Training neural networks – backpropagation", slide "backpropagation algorithm".
 * @example
 * examples(source, options)
 *   .pipe(fprop(model), bprop(softmaxCrossEntropy(), l2(1e-5)))
 *   .subscribe(({ loss, gradients }) => console.log(loss, gradients.length));
 */
export function bprop(loss: Losses, regularizer?: Regularizer): OperatorFunction<Forward, Backward> {
  return map(backwardPass(loss, regularizer));
}

/** What `bprop` does with each pass. */
export function backwardPass(loss: Losses, regularizer?: Regularizer): (forward: Forward) => Backward {
  // For the last model only: a stream has one model, and a map lookup is slow compared to the step of a small one.
  let bound: { readonly model: FlowGraph; readonly target: Objective } | undefined;
  return ({ model, examples, tape }) => {
    try {
      if (bound?.model !== model) bound = { model, target: objective(model, loss, regularizer) };
      const { loss: mean, gradients } = tape.bprop(bound.target, examples.targets, examples.weights);
      const { version } = model;
      const { total, borrowed } = examples;
      const size = borrowed === true ? 0 : examples.size;
      return { model, examples, size, total, loss: mean, gradients, version, lease: tape };
    } catch (error) {
      throw placedError(error, examples, examples.targetColumn);
    }
  };
}
