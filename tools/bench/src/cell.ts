import type { LeftOut } from './leftOut.js';
import type { Workload } from './workload.js';

/** What the rounds found of one contender. */
export interface Measured {
  readonly version: string;
  /** Examples per second of each round. */
  readonly examplesPerSecond: readonly number[];
}

/** One contender on one workload. */
export interface Cell {
  readonly contender: string;
  readonly workload: Workload;
  readonly result: Measured | LeftOut;
}

/** What was measured of a contender on a workload, if it was. */
export function measuredOf(
  cells: readonly Cell[],
  contender: string,
  workload: string,
): Measured | undefined {
  const cell = cells.find((each) => each.contender === contender && each.workload.name === workload);
  return cell === undefined || 'leftOut' in cell.result ? undefined : cell.result;
}
