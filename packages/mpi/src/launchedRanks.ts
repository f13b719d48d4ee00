/**
 * How many ranks `mpirun` or `srun` has started with this process, by what it left in the environment; undefined where it was started by
 * itself. No MPI library is asked, or needed.
 *
 * @example
 * if (launchedRanks() === undefined) console.log('one process, by itself');
 */
export function launchedRanks(environment: NodeJS.ProcessEnv = process.env): number | undefined {
  // Slurm's last: a launcher may have been started by it.
  const { OMPI_COMM_WORLD_SIZE, PMI_SIZE, SLURM_STEP_NUM_TASKS } = environment;
  const ranks = OMPI_COMM_WORLD_SIZE ?? PMI_SIZE ?? SLURM_STEP_NUM_TASKS;
  return ranks === undefined ? undefined : Number(ranks);
}
