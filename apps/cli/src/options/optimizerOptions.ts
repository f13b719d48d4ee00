import { adam, type Optimizer, type Schedule, sgd } from '@fluxion/optim';
import type { TrainedWith } from '../model/modelAbout.js';
import { UsageError } from '../usageError.js';
import type { RegularizerOptions } from './regularizerOptions.js';
import type { ScheduleOptions } from './scheduleOptions.js';

/** What the command line says about the updates. */
export interface OptimizerOptions {
  readonly optimizer: 'sgd' | 'adam';
  readonly learningRate: number;
  readonly decreaseConstant: number;
  readonly momentum?: number;
}

/**
 * The optimizer of these options.
 *
 * @param learningRate in place of the number, where it changes
 * @throws {UsageError} when Adam is given a momentum, having its own.
 */
export function createOptimizer(
  { optimizer, decreaseConstant, momentum }: OptimizerOptions,
  learningRate: number | Schedule,
): Optimizer {
  if (optimizer === 'sgd') return sgd({ learningRate, decreaseConstant, momentum: momentum ?? 0 });
  if (momentum !== undefined) throw new UsageError('--momentum: expected --optimizer sgd with it, got adam');
  return adam({ learningRate, decreaseConstant });
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
