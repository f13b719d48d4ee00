import type { Examples } from '@fluxion/data';
import type { FlowGraph, Losses, Regularizer } from '@fluxion/graph';
import type { Optimizer } from '@fluxion/optim';
import { type OperatorFunction, pipe } from 'rxjs';
import { bprop } from './bprop.js';
import { fprop } from './fprop.js';
import type { Step } from './messages.js';
import { update } from './update.js';

/** What training minimises, and how. */
export interface TrainOptions {
  readonly loss: Losses;
  readonly regularizer?: Regularizer;
  readonly optimizer: Optimizer;
}

/**
 * Stochastic gradient descent on each minibatch that comes: `fprop`, `bprop` and `update` in one.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "stochastic gradient descent".
 * @example
 * examples(source, { input: 'image', target: 'digit' })
 *   .pipe(train(model, { loss: softmaxCrossEntropy(), regularizer: l2(1e-5), optimizer: sgd({ learningRate: 0.01 }) }))
 *   .forEach(({ example, loss }) => console.log(example, loss));
 */
export function train(
  model: FlowGraph,
  { loss, regularizer, optimizer }: TrainOptions,
): OperatorFunction<Examples, Step> {
  return pipe(fprop(model), bprop(loss, regularizer), update(optimizer));
}
