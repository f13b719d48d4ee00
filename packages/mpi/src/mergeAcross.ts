import type { Metric, RunningMetric } from '@fluxion/metrics';
import type { MergeCounts } from '@fluxion/pipeline';
import { elements, type Floats, type Saved, type Shape, tensor } from '@fluxion/tensor';
import { expectRanks } from './expectRanks.js';
import type { Mpi } from './mpiProcess.js';

/** What was saved, as plain data. */
interface Sent extends Omit<Saved, 'tensors'> {
  readonly tensors: readonly (readonly [name: string, values: Floats, shape: Shape])[];
}

/**
 * Makes one count of those that the ranks have made of their shares, on every rank: what `evaluate` and `validate` merge by.
 *
 * @example
 * const ranks = mpi();
 * const share = examples(source, { ...options, batchSize: 256, shard: ranks });
 * const { right } = await evaluate(model, share, { right: accuracy() }, { merge: mergeAcross(ranks) });
 */
export function mergeAcross(ranks: Mpi): MergeCounts {
  expectRanks('mergeAcross', ranks);
  return <Value>(metric: Metric<Value>, counted: RunningMetric<Value>): RunningMetric<Value> => {
    if (ranks.size === 1) return counted;
    const all = ranks.gather(sent(counted.save())).map((saved) => metric.restore(received(saved)));
    const merged = metric.start();
    for (const one of all) merged.merge(one);
    return merged;
  };
}

function sent({ tensors, ...saved }: Saved): Sent {
  return {
    ...saved,
    tensors: [...tensors].map(([name, of]) => [name, elements(of).slice(), [...of.shape]]),
  };
}

function received({ tensors, ...saved }: Sent): Saved {
  return {
    ...saved,
    tensors: new Map(tensors.map(([name, values, shape]) => [name, tensor(values, shape)])),
  };
}
