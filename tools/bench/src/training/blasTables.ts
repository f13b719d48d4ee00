import { type Cell, measuredOf } from '../measuring/cell.js';
import { ratioOf, times } from '../measuring/ratio.js';
import { markdownTable } from '../pages/markdownTable.js';

/** What trains or multiplies through BLAS, besides ours. */
const OTHERS_WITH_BLAS: readonly string[] = [
  'PyTorch, 1 thread',
  'PyTorch, 2 threads',
  'BLAS products alone',
];

/** How many times as fast ours through BLAS is as others through the same BLAS; a table for each workload, or ''. */
export function blasTables(cells: readonly Cell[]): string {
  const ours = cells.filter(({ contender }) => contender.startsWith('fluxion blas'));
  const workloads = new Set(ours.map(({ workload }) => workload.name));
  return [...workloads]
    .map((name) => {
      const columns = ours.filter(({ workload }) => workload.name === name);
      const rows = OTHERS_WITH_BLAS.flatMap((contender) => {
        const theirs = measuredOf(cells, contender, name);
        if (theirs === undefined) return [];
        const ratio = ({ result }: Cell) =>
          'leftOut' in result ? undefined : times(ratioOf(result, theirs));
        return [[contender, ...columns.map(ratio)]];
      });
      return markdownTable([`${name}: times as fast as`, ...columns.map(({ contender }) => contender)], rows);
    })
    .join('\n\n');
}
