import type { Regularizer } from '@fluxion/graph';
import type { Optimizer, Schedule } from '@fluxion/optim';
import { createOptimizer, type OptimizerOptions } from '../options/optimizerOptions.js';
import { createRegularizer, type RegularizerOptions } from '../options/regularizerOptions.js';
import { createSchedule, type ScheduleOptions } from '../options/scheduleOptions.js';
import { UsageError } from '../usageError.js';
import type { Recipe } from './recipe.js';

/** What decides the updates: of a recipe that is tried and of one that is trained alike. */
export type RuleOptions = OptimizerOptions & RegularizerOptions & ScheduleOptions & Recipe;

/** The examples that the updates are made of. */
export interface RuleExamples {
  /** In an epoch; undefined where they cannot be counted. */
  readonly rows: number | undefined;
  /** Epochs that the model has been trained for before. */
  readonly epochsBefore?: number | undefined;
}

/**
 * The optimizer of these options; its learning rate counts the updates of the runs before.
 *
 * @throws {UsageError} where the rate is to change by the updates, and these cannot be counted, or two options change it.
 */
export function optimizerOf(options: RuleOptions, examples: RuleExamples): Optimizer {
  return createOptimizer(options, rateOf(options, examples));
}

/** Ω of these options, whose λ are against `all` examples, for a training on `some` of them. */
export function regularizerOf({ l1, l2 = 0 }: RegularizerOptions, some = 1, all = 1): Regularizer {
  const factor = all / some;
  return createRegularizer({ l1: factor * l1, l2: factor * l2 });
}

function rateOf(options: RuleOptions, { rows, epochsBefore = 0 }: RuleExamples): number | Schedule {
  const { schedule, warmUp, learningRate, batchSize, epochs, decreaseConstant } = options;
  if (schedule === undefined && !warmUp) return learningRate;
  if (decreaseConstant > 0) {
    throw new UsageError('--decrease-constant: expected none beside --schedule and --warm-up; leave one out');
  }
  if (rows === undefined) {
    throw new UsageError(
      '--schedule: expected data whose rows can be counted, got a stream; write it to a file first',
    );
  }
  return createSchedule(options, learningRate, (epochs + epochsBefore) * Math.ceil(rows / batchSize));
}
