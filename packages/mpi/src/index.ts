export { allreduce } from './allreduce.js';
export { type AverageEveryOptions, averageEvery } from './averageEvery.js';
export { gather } from './gather.js';
export type { Reduction, SentNumbers } from './handles.js';
export { type Mpi, type MpiOptions, mpi } from './mpi.js';
