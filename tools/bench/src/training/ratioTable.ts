import { type Cell, measuredOf } from '../measuring/cell.js';
import { percent, ratioOf, times } from '../measuring/ratio.js';
import type { Spread } from '../measuring/spread.js';
import { markdownTable } from '../pages/markdownTable.js';
import { ordered } from './lineUp.js';

/** What the ratios are of. */
const OURS = 'fluxion wasm';
const LOOP = 'fluxion wasm, bare loop';

/**
 * How many times as fast ours is as each contender on each workload, and the share of the bare loop that it reaches.
 * Those with a table of their own are not in it.
 */
export function ratioTable(cells: readonly Cell[]): string {
  const workloads = [...new Set(cells.map(({ workload }) => workload.name))];
  const measured = cells.filter(({ result }) => !('leftOut' in result));
  const others = ordered(measured.map(({ contender }) => contender)).filter(
    (contender) => contender !== OURS && contender !== LOOP && !/^(fluxion blas|BLAS)/.test(contender),
  );
  const row = (contender: string, written: (spread: Spread) => string): (string | undefined)[] =>
    workloads.map((workload) => {
      const ours = measuredOf(cells, OURS, workload);
      const theirs = measuredOf(cells, contender, workload);
      return ours && theirs && written(ratioOf(ours, theirs));
    });
  return markdownTable(
    ['times as fast as', ...workloads],
    [
      ...others.map((contender) => [contender, ...row(contender, times)]),
      ['share of the bare loop', ...row(LOOP, percent)],
    ],
  );
}
