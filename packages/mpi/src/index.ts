export { allreduce } from './allreduce.js';
export { type Averaged, type AverageEveryOptions, averageEvery } from './averageEvery.js';
export { averageModel } from './averageModel.js';
export { expectAlike } from './expectAlike.js';
export type { Reduction, SentNumbers } from './handles.js';
export { merging } from './merging.js';
export { type Mpi, type MpiOptions, mpi } from './mpi.js';
