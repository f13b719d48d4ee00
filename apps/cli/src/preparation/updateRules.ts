import type { Regularizer } from '@fluxion/graph';
import type { Optimizer, PlateauSchedule } from '@fluxion/optim';
import { createOptimizer, type OptimizerOptions } from '../options/optimizerOptions.js';
import { createRegularizer, type RegularizerOptions } from '../options/regularizerOptions.js';
import {
  countsUpdates,
  createSchedule,
  type LearningRate,
  type ScheduleOptions,
} from '../options/scheduleOptions.js';
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

/** An optimizer, and what wants to be told of the loss after each epoch, if its rate depends on that. */
export interface ScheduledOptimizer {
  readonly optimizer: Optimizer;
  readonly plateau?: PlateauSchedule;
}

/**
 * The optimizer of these options; its learning rate counts the updates of the runs before.
 *
 * @throws {UsageError} where the rate is to change by the updates, and these cannot be counted, or two options change it.
 */
export function optimizerOf(options: RuleOptions, examples: RuleExamples): ScheduledOptimizer {
  const { rate, ...told } = rateOf(options, examples);
  return { optimizer: createOptimizer(options, rate), ...told };
}

/** Ω of these options, whose λ are against `all` examples, for a training on `some` of them. */
export function regularizerOf({ l1, l2 = 0 }: RegularizerOptions, some = 1, all = 1): Regularizer {
  const factor = all / some;
  return createRegularizer({ l1: factor * l1, l2: factor * l2 });
}

function rateOf(options: RuleOptions, { rows, epochsBefore = 0 }: RuleExamples): LearningRate {
  const { schedule, warmUp, learningRate, batchSize, epochs, decreaseConstant, patience } = options;
  if (schedule === undefined && !warmUp) return { rate: learningRate };
  if (decreaseConstant > 0) {
    throw new UsageError('--decrease-constant: expected none beside --schedule and --warm-up; leave one out');
  }
  if (rows === undefined && countsUpdates(options)) {
    throw new UsageError(
      '--schedule: expected data whose rows can be counted, got a stream; write it to a file first',
    );
  }
  const updates = (epochs + epochsBefore) * Math.ceil((rows ?? 0) / batchSize);
  return createSchedule(options, learningRate, updates, patience);
}
