import { adam, type Optimizer, sgd } from '@fluxion/optim';
import type { TrainedWith } from '../model/modelAbout.js';
import { UsageError } from '../usageError.js';
import type { RegularizerOptions } from './regularizerOptions.js';

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
 * @throws {UsageError} when Adam is given a momentum, having its own.
 */
export function createOptimizer({
  optimizer,
  decreaseConstant,
  momentum,
  learningRate,
}: OptimizerOptions): Optimizer {
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
}: OptimizerOptions & RegularizerOptions & { readonly batchSize: number }): TrainedWith {
  const own = optimizer === 'sgd' ? { momentum } : {};
  return { optimizer, learningRate, decreaseConstant, ...own, batchSize, l1, l2 };
}
