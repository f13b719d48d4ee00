import type { Examples, Position } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { type Optimizer, type OptimizerState, optimizerState } from '@fluxion/optim';
import { defer, map, type OperatorFunction } from 'rxjs';
import { DivergenceError } from './divergenceError.js';
import { expectCurrent } from './expectCurrent.js';
import type { Backward, Step } from './messages.js';

/**
 * The update after each backward pass: θ ← θ + α·Δ with Δ = −∇l − λ∇Ω.
 *
 * The count of updates and the momentum are kept with the optimizer, by model: subscribing again with the same
 * optimizer goes on with them.
 *
 * @throws {DivergenceError} as the stream's error, before the update, when the loss is not finite; {StateError} when the
 *   gradients have been kept until their memory went to others, or the parameters have been updated since the bprop.
 * @see Larochelle, "Training neural networks – backpropagation", slide "stochastic gradient descent".
 * @example
 * examples(source, options)
 *   .pipe(fprop(model), bprop(softmaxCrossEntropy()), update(sgd({ learningRate: 0.01 })))
 *   .subscribe(({ step, loss }) => console.log(step, loss));
 */
export function update(optimizer: Optimizer): OperatorFunction<Backward, Step> {
  return (source) =>
    defer(() => {
      const step = updateStep(optimizer);
      return source.pipe(
        map((backward) => {
          expectCurrent('update', backward);
          return step(backward);
        }),
      );
    });
}

/** What `update` does with each backward pass of one subscription, whose examples it counts. Of none there is nothing to learn. */
export function updateStep(optimizer: Optimizer): (backward: Backward) => Step {
  let example = 0;
  // Of the model met last: asking for it each time would take a good part of a small model's step.
  let state: OptimizerState | undefined;
  return ({ model, examples, size, total, loss, gradients }) => {
    example += size;
    if (!Number.isFinite(loss)) throw new DivergenceError('update', { loss }, example);
    if (state?.model !== model) state = optimizerState(optimizer, model);
    if (size > 0) state.update(gradients);
    return new ModelStep(model, state.step, example, size, total, loss, examples);
  };
}

/** A step whose `model` and `total` are getters, so that they are neither copied nor printed. */
class ModelStep implements Step {
  readonly #model: FlowGraph;
  readonly #total: number | undefined;
  readonly step: number;
  readonly example: number;
  readonly size: number;
  readonly loss: number;
  readonly position: Position | undefined;

  constructor(
    model: FlowGraph,
    step: number,
    example: number,
    size: number,
    total: number | undefined,
    loss: number,
    { position }: Examples,
  ) {
    this.#model = model;
    this.#total = total;
    this.step = step;
    this.example = example;
    this.size = size;
    this.loss = loss;
    this.position = position;
  }

  get model(): FlowGraph {
    return this.#model;
  }

  get total(): number | undefined {
    return this.#total;
  }
}
