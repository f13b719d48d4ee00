import { type Optimizer, optimizerState } from '@fluxion/optim';
import { defer, map, type OperatorFunction } from 'rxjs';
import type { Backward, Step } from './messages.js';

/**
 * The update after each backward pass: θ ← θ + α·Δ with Δ = −∇l − λ∇Ω. It releases the pass.
 *
 * The count of updates and the momentum are kept with the optimizer, by model: subscribing again with the same
 * optimizer goes on with them.
 *
 * @see Larochelle, "Training neural networks – backpropagation", slide "stochastic gradient descent".
 */
export function update(optimizer: Optimizer): OperatorFunction<Backward, Step> {
  return (source) =>
    defer(() => {
      let example = 0;
      return source.pipe(
        map(({ model, examples, size, loss, gradients, tape }) => {
          const state = optimizerState(optimizer, model);
          state.update(gradients);
          tape?.release();
          example += size;
          return { step: state.step, example, size, loss, position: examples.position };
        }),
      );
    });
}
