import type { Handle } from './handles.js';

/** The number that a call leaves of a communicator, as its size. */
export function numberFrom(call: (...args: readonly unknown[]) => number, comm: Handle): number {
  const cell = new Int32Array(1);
  call(comm, cell);
  return cell[0] as number;
}
