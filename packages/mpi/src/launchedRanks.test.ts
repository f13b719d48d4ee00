import { expect, it } from 'vitest';
import { launchedRanks } from './launchedRanks.js';

it.each([
  ['Open MPI', { OMPI_COMM_WORLD_SIZE: '3' }, 3],
  ['MPICH', { PMI_SIZE: '4' }, 4],
  ['srun', { SLURM_STEP_NUM_TASKS: '5' }, 5],
  ['mpirun of Open MPI within a job of Slurm', { SLURM_STEP_NUM_TASKS: '1', OMPI_COMM_WORLD_SIZE: '2' }, 2],
  ['no launcher', {}, undefined],
])('knows the ranks that were started by %s', (_, environment, ranks) => {
  expect(launchedRanks(environment)).toBe(ranks);
});
