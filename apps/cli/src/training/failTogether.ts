/**
 * Ends an MPI job whose ranks have been given a wrong command line, of which one tells. Returns where there is no job, or none can be
 * begun.
 */
export async function failTogether(message: string): Promise<void> {
  const { OMPI_COMM_WORLD_SIZE, PMI_SIZE, SLURM_STEP_NUM_TASKS } = process.env;
  if ((OMPI_COMM_WORLD_SIZE ?? PMI_SIZE ?? SLURM_STEP_NUM_TASKS) === undefined) return;
  try {
    const { mpi } = await import('@fluxion/mpi');
    mpi().fail(message, 2);
  } catch {
    // Each tells of it by itself.
  }
}
