import { cpus } from 'node:os';
import type { NativeLibrary } from '@fluxion/tensor';
import { bindCollectives } from './collectives.js';
import type { Handles } from './handles.js';
import { numberFrom } from './numberFrom.js';

/** Whether more ranks share any of the machines than it has cores: the same answer on every rank. */
export function isCrowded(library: NativeLibrary, handles: Handles): boolean {
  const { type, world, noInfo, sharedMemory } = handles;
  const split = library.func(`int MPI_Comm_split_type(${type}, int, int, ${type}, void *)`);
  const here = type === 'int' ? new Int32Array(1) : new BigInt64Array(1);
  split(world, sharedMemory, 0, noInfo, here);
  const [comm = 0] = here;
  const ranksHere = numberFrom(library.func(`int MPI_Comm_size(${type}, void *)`), comm);
  // Of all cores: the launcher may have bound each rank to one.
  const answer = Int32Array.of(ranksHere > cpus().length ? 1 : 0);
  bindCollectives(library, handles, false).allreduce(answer, 'max');
  return answer[0] === 1;
}
