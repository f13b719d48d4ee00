import type { Mpi } from '@fluxion/mpi';
import { describe, expect, it } from 'vitest';
import { parseDistributed } from '../options/distributedOption.js';
import { recipe } from '../preparation/recipe.js';
import { optimizerOf } from '../preparation/updateRules.js';
import { UsageError } from '../usageError.js';
import { jobOf } from './job.js';

/** One of four ranks, with nobody to call. */
const ranks = { rank: 3, size: 4, allgather() {} } as unknown as Mpi;

describe('jobOf', () => {
  it('lets a schedule end with the last update of a rank', () => {
    const options = {
      ...recipe(4000, 5, 2),
      ...({ schedule: 'cosine', learningRate: 1, batchSize: 10, epochs: 2, decreaseConstant: 0 } as const),
      ...{ l1: 0, warmUp: 0 },
    };
    for (const [distribution, updates] of [
      ['sync', 800],
      [{ average: 50 }, 200],
    ] as const) {
      const rows = jobOf(ranks, distribution).updating(4000);
      const { learningRate } = optimizerOf(options, { rows }).optimizer;
      expect(learningRate(0)).toBe(1);
      expect(learningRate(updates / 2)).toBeCloseTo(0.5, 2);
      expect(learningRate(updates)).toBeCloseTo(0, 3);
    }
  });

  it('warns where minibatches have fewer examples than there are ranks', () => {
    expect(jobOf(ranks, 'sync').idleWarning(1)).toEqual([
      'minibatches of 1 leave 3 of 4 ranks idle in each step; give a larger --batch-size, or --distributed average=1000',
    ]);
    expect(jobOf(ranks, 'sync').idleWarning(4)).toEqual([]);
    expect(jobOf(ranks, { average: 10 }).idleWarning(1)).toEqual([]);
  });

  it('cuts the minibatches of all, or gives each rank its own', () => {
    expect(jobOf(ranks, 'sync').share(10)).toEqual({
      batchSize: 3,
      shard: { rank: 3, size: 4, total: 10 },
    });
    expect(jobOf(ranks, { average: 10 }).share(10)).toEqual({ batchSize: 10, shard: ranks });
  });
});

describe('parseDistributed', () => {
  it('knows sync, and average with a number of examples', () => {
    expect(parseDistributed('sync')).toBe('sync');
    expect(parseDistributed('average=1000')).toEqual({ average: 1000 });
  });

  it.each(['', 'Sync', 'average', 'average=', 'average=0', 'average=1e3', 'average=99999999999999999999'])(
    'refuses %j',
    (text) => {
      expect(() => parseDistributed(text)).toThrow(
        new UsageError(
          `--distributed: expected sync, or average=1000 for every 1000 examples, got '${text}'`,
        ),
      );
    },
  );
});
