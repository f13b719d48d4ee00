import { expectNames, type FactorPair, OptionError, type Tensor } from '@fluxion/tensor';
import { type InvariantLoss, invariantShares } from './invariantShares.js';
import type { Optimizer } from './optimizer.js';
import { type LearningRateOptions, schedule } from './schedule.js';

/** Options of `normalizedAdagrad`. */
export interface NormalizedAdagradOptions extends LearningRateOptions {
  /**
   * The loss of a linear output, whose steps by single examples then never go beyond the target, however high the rate: each is
   * made of infinitely many small ones. By default, and in minibatches, steps use the slope at their beginning.
   */
  readonly invariant?: InvariantLoss;
}

/**
 * Adagrad that does not notice in what units inputs come: for tables and events whose columns have any scale, learned online. With
 * s_i the largest |x_i| so far, and N the mean of Σ x_i² / s_i² over the examples so far,
 *
 *   where |x_i| > s_i: w_i ← w_i s_i / |x_i|, s_i ← |x_i|;  G_i ← G_i + g_i²;  w_i ← w_i − α g_i / (s_i √(N G_i))
 *
 * With `invariant` it is what Vowpal Wabbit does by default (`--adaptive --normalized --invariant`), on one linear box that has a column
 * of ones in place of a bias, which would have steps of its own. The rule takes the inputs from
 * gradients that are kept as factors, as those of linear boxes, convolutions and recurrences; other parameters, as biases and
 * embeddings, are updated by Adagrad. A weight that had no input before the first of its column keeps what it began with. The
 * learning rate is 0.5 unless given.
 *
 * @throws {OptionError} when α is not positive, decreaseConstant is negative, or there is no such loss.
 * @see Ross, Mineiro, Langford, "Normalized online learning", UAI 2013, algorithm NAG; the weights are rescaled after the prediction
 *   here, not before. Karampatziakis, Langford, "Online importance weight aware updates", UAI 2011.
 * @example
 * update(normalizedAdagrad({ learningRate: 0.1, invariant: 'squaredError' }));
 */
export function normalizedAdagrad(options: Partial<NormalizedAdagradOptions> = {}): Optimizer {
  expectNames('normalizedAdagrad', options, ['learningRate', 'decreaseConstant', 'invariant']);
  const { learningRate = 0.5, decreaseConstant = 0, invariant } = options;
  if (invariant !== undefined && !Object.hasOwn(invariantShares, invariant)) {
    throw new OptionError(
      `normalizedAdagrad invariant: expected ${Object.keys(invariantShares).join(' or ')}, got ${JSON.stringify(invariant)}; give the loss of the output, or leave it out`,
    );
  }
  const share = invariant && invariantShares[invariant];
  return {
    kind: 'normalizedAdagrad',
    options: {},
    learningRate: schedule({ learningRate, decreaseConstant }, 'normalizedAdagrad'),
    nonNegative: ['sum', 'scales', 'norm'],
    stateShapes: ({ value: { shape } }) => ({
      sum: shape,
      ...(shape.length === 2 ? { scales: [shape[0] as number], norm: [1] } : {}),
    }),
    bind(kernels, { parameter: { value }, gradient, penalty }, state) {
      const { sum, scales, norm } = state as Readonly<Record<'sum', Tensor>> &
        Readonly<Record<string, Tensor>>;
      const written = kernels.arena.tensor(value.shape);
      const write = kernels.writeGradient(value, gradient, penalty, { tensor: written, beta: 0 });
      if (gradient.form !== 'factored' || scales === undefined || norm === undefined) {
        const step = kernels.normalizedStep(value, written, sum);
        return (rate) => {
          write();
          step(rate);
        };
      }
      const learn = kernels.learnScales(value, gradient.pairs, { scales, norm });
      const [example] = gradient.pairs;
      const isSingle = gradient.pairs.length === 1 && example?.input.shape[0] === 1;
      const step = kernels.normalizedStep(
        value,
        written,
        sum,
        { scales, norm },
        share && isSingle ? { example: example as FactorPair, share } : undefined,
      );
      return (rate, updates) => {
        write();
        learn(updates);
        step(rate);
      };
    },
  };
}
