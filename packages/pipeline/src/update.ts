import { type Optimizer, type OptimizerState, optimizerState } from '@fluxion/optim';
import { defer, map, type OperatorFunction } from 'rxjs';
import { DivergenceError } from './divergenceError.js';
import type { Backward, Step } from './messages.js';

/**
 * The update after each backward pass: θ ← θ + α·Δ with Δ = −∇l − λ∇Ω. It releases the pass.
 *
 * The count of updates and the momentum are kept with the optimizer, by model: subscribing again with the same
 * optimizer goes on with them.
 *
 * @throws {DivergenceError} as the stream's error, before the update, when the loss is not finite.
 * @see Larochelle, "Training neural networks – backpropagation", slide "stochastic gradient descent".
 */
export function update(optimizer: Optimizer): OperatorFunction<Backward, Step> {
  return (source) => defer(() => source.pipe(map(updateStep(optimizer))));
}

/** What `update` does with each backward pass of one subscription, whose examples it counts. */
export function updateStep(optimizer: Optimizer): (backward: Backward) => Step {
  let example = 0;
  // Of the model met last: asking for it each time would take a fifth of a small model's step.
  let state: OptimizerState | undefined;
  return ({ model, examples, size, loss, gradients, tape }) => {
    example += size;
    if (!Number.isFinite(loss)) {
      tape?.release();
      throw new DivergenceError(loss, example);
    }
    if (state?.model !== model) state = optimizerState(optimizer, model);
    state.update(gradients);
    tape?.release();
    return { step: state.step, example, size, loss, position: examples.position };
  };
}
