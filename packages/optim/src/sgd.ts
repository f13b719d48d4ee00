import { expectNames, OptionError } from '@fluxion/tensor';
import type { Optimizer } from './optimizer.js';
import { type LearningRateOptions, schedule } from './schedule.js';

/** Options of SGD. */
export interface SgdOptions extends LearningRateOptions {
  /** μ in [0, 1): how much of the last update's direction goes on. Default 0. */
  readonly momentum?: number;
  /** Whether to look ahead along the momentum (Nesterov). Default false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: Δ = −∇l − λ∇Ω; θ ← θ + α·Δ.
 *
 * With momentum μ, g being −Δ: v ← μv + g; θ ← θ − αv; with Nesterov's: θ ← θ − α(g + μv). A gradient that is kept as
 * its factors is applied as such and never written out; with momentum only where updates are deferred. What l2 takes off every weight
 * is kept back until it has grown to 2⁻¹⁶ of a weight: a row whose input is zero is then left alone by most updates.
 *
 * @throws {OptionError} when α is not positive, decreaseConstant is negative, μ is outside [0, 1), or Nesterov's has no momentum.
 * @see Larochelle, "Training neural networks – backpropagation", slide "stochastic gradient descent".
 * @see Sutskever, Martens, Dahl, Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013,
 *   section 2, in the form in which the rate multiplies the velocity.
 * @example
 * update(sgd({ learningRate: 0.1, decreaseConstant: 1e-6, momentum: 0.9, nesterov: true }));
 */
export function sgd(options: SgdOptions): Optimizer {
  expectNames('sgd', options ?? {}, ['learningRate', 'decreaseConstant', 'momentum', 'nesterov']);
  const { momentum = 0, nesterov = false, ...rate } = options ?? {};
  if (!(momentum >= 0 && momentum < 1)) {
    throw new OptionError(`sgd momentum: expected a number in [0, 1), got ${momentum}; give one, as 0.9`);
  }
  if (nesterov && momentum === 0) {
    throw new OptionError('sgd nesterov: expected a momentum with it, got none; give momentum: 0.9');
  }
  return {
    kind: 'sgd',
    options: { momentum, nesterov },
    learningRate: schedule(rate, 'sgd'),
    stateShapes({ value, regularized }) {
      if (momentum > 0) return { velocity: value.shape };
      return regularized ? { shrinkage: [1] } : {};
    },
    bind: (kernels, { parameter, gradient, penalty }, { velocity, shrinkage }) =>
      velocity === undefined
        ? kernels.sgd(parameter.value, gradient, penalty, shrinkage)
        : kernels.update(
            nesterov ? 'nesterov' : 'momentum',
            parameter.value,
            gradient,
            penalty,
            { velocity },
            { momentum },
          ),
  };
}
