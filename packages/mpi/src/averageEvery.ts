import type { Optimizer } from '@fluxion/optim';
import { extendStep, type Step } from '@fluxion/pipeline';
import { expectNames, OptionError, StateError } from '@fluxion/tensor';
import { concat, defer, EMPTY, map, type OperatorFunction } from 'rxjs';
import { announce } from './announce.js';
import { expectRanks } from './expectRanks.js';
import { ModelMean } from './modelMean.js';
import type { Mpi } from './mpiProcess.js';

/** What is averaged besides parameters and states. */
export interface AverageEveryOptions {
  /** The optimizer, whose tensors are then averaged too, as a momentum's velocity. Default: each rank keeps its own. */
  readonly optimizer?: Optimizer | undefined;
}

/** A step that may have been followed by a mean. */
export interface Averaged {
  /** Whether all ranks have the mean of what they have learned up to this step. */
  readonly averaged?: boolean;
}

/**
 * Lets the ranks learn by themselves, each from its own examples, and gives all of them the mean of their parameters and states,
 * θᵣ ← 1/R Σᵣ θᵣ, whenever each has learned from `every` more, and at the end of the stream. For a model that learns after each
 * example, where an exchange for each would cost more than the step. Stands right after `update` or `train`. A step after which the
 * mean was taken says `averaged: true`: what is saved then has what all ranks have learned.
 *
 * @param every a positive integer: examples of one rank, in whole steps
 * @throws {OptionError} when it is none, or `ranks` are; {StateError} as the stream's error, when a rank does something else instead, as to end
 *   after fewer steps, or another operator stands between.
 * @see McDonald, Hall, Mann, "Distributed training strategies for the structured perceptron", NAACL 2010; Stich, "Local SGD
 *   converges fast and communicates little", ICLR 2019.
 * @example
 * const ranks = mpi();
 * examples(source, { ...options, shard: ranks }).pipe(train(model, { loss, optimizer }), averageEvery(1000, ranks))
 */
export function averageEvery(
  every: number,
  ranks: Mpi,
  options: AverageEveryOptions = {},
): OperatorFunction<Step, Step & Averaged> {
  expectNames('averageEvery', options, ['optimizer']);
  expectRanks('averageEvery', ranks);
  if (!(Number.isSafeInteger(every) && every > 0)) {
    throw new OptionError(`averageEvery: expected a positive integer, got ${every}; give one, as 1000`);
  }
  return (steps) =>
    defer(() => {
      let mean: ModelMean | undefined;
      /** Examples of all ranks: in the last minibatch of an epoch they have not equally many. */
      let since = 0;
      const average = (): void => {
        announce(ranks, 'averages parameters');
        if (ranks.size > 1) mean?.take();
        since = 0;
      };
      const learned = steps.pipe(
        map((step) => {
          const { model, size, total = size * ranks.size } = step;
          if (model === undefined) {
            throw new StateError(
              'averageEvery: expected steps as update sends them on, got others; let it stand right after update or train',
            );
          }
          if (mean?.model !== model) mean = new ModelMean(model, ranks, options.optimizer);
          since += total;
          if (since < every * ranks.size) return step;
          average();
          return extendStep(step, { averaged: true });
        }),
      );
      return concat(
        learned,
        defer(() => {
          if (since > 0) average();
          return EMPTY;
        }),
      );
    });
}
