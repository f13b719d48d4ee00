import { OptionError } from '@fluxion/tensor';
import { expect, it } from 'vitest';
import { allreduce } from './allreduce.js';
import { averageEvery } from './averageEvery.js';
import { averageModel } from './averageModel.js';
import { expectAlike } from './expectAlike.js';
import { mergeAcross } from './mergeAcross.js';
import { mpi } from './mpi.js';

it.each([
  ['allreduce', 'undefined', () => (allreduce as () => unknown)()],
  ['allreduce', 'function', () => allreduce(mpi as never)],
  ['averageEvery', 'undefined', () => (averageEvery as (every: number) => unknown)(10)],
  ['averageModel', 'number', () => averageModel(4 as never, {} as never)],
  ['mergeAcross', 'null', () => mergeAcross(null as never)],
  ['expectAlike', 'object', () => expectAlike({ rank: 0, size: 1 } as never, {})],
] as const)('%s refuses ranks that are %s', (name, got, call) => {
  expect(call).toThrow(
    new OptionError(
      `${name} ranks: expected the ranks of a job, as mpi() gives them, got ${got}; give mpi()`,
    ),
  );
});
