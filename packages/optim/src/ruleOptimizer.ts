import { expectNames, numbersOf, type RuleName, rules } from '@fluxion/tensor';
import type { Optimizer } from './optimizer.js';
import { type LearningRateOptions, schedule } from './schedule.js';

/**
 * The optimizer that updates by a rule of the table.
 *
 * @param learningRate unless the options have one
 * @throws {OptionError} on an option that the rule does not have, or does not accept.
 */
export function ruleOptimizer(
  rule: RuleName,
  asked: Partial<LearningRateOptions>,
  byDefault: number,
): Optimizer {
  const { options: accepted, states, squares = [] } = rules[rule];
  expectNames(rule, asked, ['learningRate', 'decreaseConstant', ...Object.keys(accepted)]);
  const { learningRate, decreaseConstant, ...given } = asked;
  const options = numbersOf(rule, accepted, given);
  const rate = { learningRate: learningRate ?? byDefault, decreaseConstant: decreaseConstant ?? 0 };
  // Decoupled decay acts, as regularizers do, on weights and not on biases.
  const undecayed = 'weightDecay' in options ? { ...options, weightDecay: 0 } : options;
  return {
    kind: rule,
    options,
    learningRate: schedule(rate, rule),
    nonNegative: squares,
    stateShapes: ({ value: { shape } }) => Object.fromEntries(states.map((name) => [name, shape])),
    bind(kernels, { parameter, gradient, penalty }, state) {
      const own = parameter.regularized ? options : undecayed;
      return kernels.update(rule, parameter.value, gradient, penalty, state, own);
    },
  };
}
