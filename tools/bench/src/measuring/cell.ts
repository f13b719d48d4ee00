import type { Workload } from '../contenders/workload.js';
import type { LeftOut } from './leftOut.js';
import { median } from './median.js';

/** What the rounds found of one contender. */
export interface Measured {
  readonly version: string;
  /** Mean loss of the first 1,000 examples, where it tells. */
  readonly firstLoss?: number | undefined;
  /** Examples per second of each round. */
  readonly examplesPerSecond: readonly number[];
}

/** One contender on one workload. */
export interface Cell<W = Workload> {
  readonly contender: string;
  readonly workload: W;
  readonly result: Measured | LeftOut;
}

/** What was measured of a contender on a workload, if it was. */
export function measuredOf(
  cells: readonly Cell<{ readonly name: string }>[],
  contender: string,
  workload: string,
): Measured | undefined {
  const cell = cells.find((each) => each.contender === contender && each.workload.name === workload);
  return cell === undefined || 'leftOut' in cell.result ? undefined : cell.result;
}

/** The line that tells of a cell when it has been measured. */
export function told({ contender, workload, result }: Cell<{ readonly name: string }>): string {
  const said =
    'leftOut' in result
      ? `left out: ${result.leftOut}`
      : `${Math.round(median(result.examplesPerSecond)).toLocaleString('en')} examples/s  (${result.version})`;
  return `${workload.name}  ${contender}: ${said}`;
}
