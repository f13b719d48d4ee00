import { type Cell, measuredOf } from '../measuring/cell.js';
import { median } from '../measuring/median.js';
import { markdownTable } from '../pages/markdownTable.js';
import { ordered } from './lineUp.js';

/** Examples per second: a row a contender, a column a workload. */
export function speedTable(cells: readonly Cell[]): string {
  const workloads = [...new Set(cells.map(({ workload }) => workload.name))];
  const measured = cells.filter(({ result }) => !('leftOut' in result));
  const contenders = ordered(measured.map(({ contender }) => contender));
  return markdownTable(
    ['examples/s', ...workloads],
    contenders.map((contender) => [
      contender,
      ...workloads.map((workload) => {
        const found = measuredOf(cells, contender, workload);
        return found && Math.round(median(found.examplesPerSecond)).toLocaleString('en');
      }),
    ]),
  );
}
