import { type Losses, objective } from '@fluxion/graph';
import { mean } from '@fluxion/metrics';
import { tensor } from '@fluxion/tensor';
import type { ModelMetric } from './modelMetric.js';

/**
 * Mean loss per example, without Ω. Where the examples carry weights w, it is Σ w·l / Σ w.
 *
 * @throws {OptionError} or {ShapeError} when it begins, if the loss does not fit the model; while running, {ShapeError} when
 *   targets and output do not fit, {DataError} on a target that the loss cannot take.
 * @example
 * const { loss } = await evaluate(model, examples(source, options), { loss: meanLoss(softmaxCrossEntropy()) });
 */
export function meanLoss(loss: Losses): ModelMetric {
  return {
    metric: mean(),
    loss,
    bind(model) {
      const target = objective(model, loss);
      return (tape, { targets, weights }) => ({
        predictions: tensor(tape.losses(target, targets)),
        weights,
      });
    },
  };
}
