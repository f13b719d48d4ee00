/**
 * Ends an MPI job whose ranks have been given a wrong command line, of which one tells. Returns where there is no job, or none can be
 * begun.
 */
export async function failTogether(message: string): Promise<void> {
  const { launchedRanks, mpi } = await import('@fluxion/mpi');
  if (launchedRanks() === undefined) return;
  try {
    mpi().fail(message, 2);
  } catch {
    // Each tells of it by itself.
  }
}
