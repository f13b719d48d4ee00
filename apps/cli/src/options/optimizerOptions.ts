import {
  adadelta,
  adagrad,
  adam,
  adamW,
  amsgrad,
  ftrl,
  type LearningRateOptions,
  lamb,
  lion,
  nadam,
  normalizedAdagrad,
  type Optimizer,
  rmsprop,
  type Schedule,
  sgd,
} from '@fluxion/optim';
import type { TrainedWith } from '../model/modelAbout.js';
import { UsageError } from '../usageError.js';
import type { RegularizerOptions } from './regularizerOptions.js';
import type { ScheduleOptions } from './scheduleOptions.js';

/** Name of a rule of the updates. */
export type OptimizerName =
  | 'sgd'
  | 'adam'
  | 'adamW'
  | 'amsgrad'
  | 'nadam'
  | 'rmsprop'
  | 'adagrad'
  | 'adadelta'
  | 'lamb'
  | 'lion'
  | 'ftrl'
  | 'normalizedAdagrad';

const rules: Readonly<Record<OptimizerName, (options: Partial<LearningRateOptions>) => Optimizer>> = {
  sgd: (options) => sgd({ learningRate: 0.01, ...options }),
  adam,
  adamW,
  amsgrad,
  nadam,
  rmsprop,
  adagrad,
  adadelta,
  lamb,
  lion,
  ftrl,
  normalizedAdagrad,
};

/** The rules that `--optimizer` takes. */
export const optimizerNames: readonly OptimizerName[] = Object.keys(rules) as OptimizerName[];

/** The learning rate that a rule has where none is given. */
export function usualRate(optimizer: OptimizerName): number {
  return rules[optimizer]({}).learningRate(0);
}

/** What the command line says about the updates. */
export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly decreaseConstant: number;
  readonly momentum?: number;
}

/**
 * The optimizer of these options, which has the rule's defaults for all others.
 *
 * @param learningRate in place of the number, where it changes
 * @throws {UsageError} when another rule than SGD is given a momentum.
 */
export function createOptimizer(
  { optimizer, decreaseConstant, momentum }: OptimizerOptions,
  learningRate: number | Schedule,
): Optimizer {
  if (optimizer === 'sgd') return sgd({ learningRate, decreaseConstant, momentum: momentum ?? 0 });
  if (momentum !== undefined) {
    throw new UsageError(`--momentum: expected --optimizer sgd with it, got ${optimizer}`);
  }
  return rules[optimizer]({ learningRate, decreaseConstant });
}

/** What is kept with the model of these options. */
export function trainedWithOf({
  optimizer,
  decreaseConstant,
  momentum = 0,
  batchSize,
  l1,
  l2 = 0,
  learningRate,
  schedule,
  warmUp,
}: OptimizerOptions & RegularizerOptions & ScheduleOptions & { readonly batchSize: number }): TrainedWith {
  const own = optimizer === 'sgd' ? { momentum } : {};
  const changing = { ...(schedule && { schedule }), ...(warmUp && { warmUp }) };
  return { optimizer, learningRate, decreaseConstant, ...changing, ...own, batchSize, l1, l2 };
}
