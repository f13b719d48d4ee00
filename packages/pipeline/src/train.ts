import type { Examples } from '@fluxion/data';
import type { FlowGraph, Losses, Regularizer } from '@fluxion/graph';
import type { Optimizer } from '@fluxion/optim';
import { expectNames } from '@fluxion/tensor';
import { defer, type MonoTypeOperatorFunction, map, type OperatorFunction } from 'rxjs';
import { backwardPass, bprop } from './bprop.js';
import { beginPass, fprop } from './fprop.js';
import type { Forward, Step } from './messages.js';
import { update, updateStep } from './update.js';

/** What training minimises, and how. */
export interface TrainOptions {
  readonly loss: Losses;
  readonly regularizer?: Regularizer;
  readonly optimizer: Optimizer;
  /** What measures each example before it is learned from: `prequential(…)`. */
  readonly prequential?: MonoTypeOperatorFunction<Forward>;
}

/**
 * Stochastic gradient descent on each minibatch that comes: `fprop`, `bprop` and `update` in one.
 *
 * @throws {OptionError} when an option has a name that none has; as the stream's error what `fprop`, `bprop` and `update`
 *   end with: {ShapeError}, {DataError}, {StateError}, {DivergenceError}.
 * @see Larochelle, "Training neural networks – backpropagation", slide "stochastic gradient descent".
 * @example
 * examples(source, { input: 'image', target: 'digit' })
 *   .pipe(train(model, { loss: softmaxCrossEntropy(), regularizer: l2(1e-5), optimizer: sgd({ learningRate: 0.01 }) }))
 *   .forEach(({ example, loss }) => console.log(example, loss));
 */
export function train(model: FlowGraph, options: TrainOptions): OperatorFunction<Examples, Step> {
  expectNames('train', options, ['loss', 'regularizer', 'optimizer', 'prequential']);
  const { loss, regularizer, optimizer, prequential } = options;
  if (prequential !== undefined) {
    return (source) => source.pipe(fprop(model), prequential, bprop(loss, regularizer), update(optimizer));
  }
  const backward = backwardPass(loss, regularizer);
  return (source) =>
    defer(() => {
      const step = updateStep(optimizer);
      // One operator, not three: what RxJS does between two of them shows beside a step of some microseconds.
      return source.pipe(
        map((examples) => {
          const tape = beginPass(model, examples, 'train');
          try {
            return step(backward({ model, examples, tape }));
          } finally {
            tape.release();
          }
        }),
      );
    });
}
