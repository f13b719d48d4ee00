export { allreduce } from './allreduce.js';
export { type Averaged, type AverageEveryOptions, averageEvery } from './averageEvery.js';
export { averageModel } from './averageModel.js';
export { expectAlike } from './expectAlike.js';
export type { MpiArray, ReduceOp } from './handles.js';
export { launchedRanks } from './launchedRanks.js';
export { mergeAcross } from './mergeAcross.js';
export { type MpiOptions, mpi } from './mpi.js';
export type { Mpi } from './mpiProcess.js';
