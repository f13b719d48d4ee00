import { expectObject, OptionError } from '@fluxion/tensor';

/** Learning rate α as a function of the number of updates made so far, t = 0, 1, 2, … */
export type Schedule = (t: number) => number;

/** A learning rate that stays, or changes with the updates. */
export interface LearningRateOptions {
  /** α: a positive number, or a function of the updates made so far. */
  readonly learningRate: number | Schedule;
  /** δ in α/(1 + δt): 0 or more. Default 0, no decrease. */
  readonly decreaseConstant?: number;
}

/**
 * The schedule of the options: α/(1 + δt), with t the number of updates made so far.
 *
 * @param where whose it is, for errors
 * @throws {OptionError} when α is not positive and finite, or δ is negative or not finite; by the schedule, when α is a
 *   function that answers a negative number or none.
 * @see Larochelle, "Training neural networks – backpropagation", slide "learning rate": α_t = α/(1 + δt).
 * @example
 * schedule({ learningRate: 0.1, decreaseConstant: 1 })(1); // 0.05
 */
export function schedule(options: LearningRateOptions, where = 'schedule'): Schedule {
  const { learningRate, decreaseConstant = 0 } = expectObject(
    where,
    options,
    'an object of options',
    [],
    'give one, as { learningRate: 0.01 }',
  );
  if (typeof learningRate !== 'function' && !(learningRate > 0 && Number.isFinite(learningRate))) {
    throw new OptionError(
      `${where} learningRate: expected a positive number, got ${learningRate}; give one, as 0.01`,
    );
  }
  if (!(decreaseConstant >= 0 && Number.isFinite(decreaseConstant))) {
    throw new OptionError(
      `${where} decreaseConstant: expected a number from 0, got ${decreaseConstant}; give one, as 1e-6`,
    );
  }
  const alpha = typeof learningRate === 'function' ? checked(learningRate, where) : () => learningRate;
  return decreaseConstant === 0 ? alpha : (t) => alpha(t) / (1 + decreaseConstant * t);
}

/** One NaN would make every parameter NaN. A rate of 0 is allowed: warm-ups start there. */
function checked(learningRate: Schedule, where: string): Schedule {
  return (t) => {
    const rate = learningRate(t);
    if (!(rate >= 0 && Number.isFinite(rate))) {
      throw new OptionError(
        `${where} learningRate at update ${t}: expected a number from 0, got ${rate}; correct the function`,
      );
    }
    return rate;
  };
}
