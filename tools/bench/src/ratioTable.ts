import { type Cell, type Measured, measuredOf } from './cell.js';
import { ordered } from './lineUp.js';
import { markdownTable } from './markdownTable.js';
import { type Spread, spreadOfQuotients } from './spread.js';

/** What the ratios are of. */
const OURS = 'fluxion wasm';
const LOOP = 'fluxion wasm, bare loop';

/** What trains or multiplies through BLAS, besides ours. */
const OTHERS_WITH_BLAS: readonly string[] = [
  'PyTorch, 1 thread',
  'PyTorch, 2 threads',
  'BLAS products alone',
];

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

/** What a regularizer leaves of the speed, for each contender that was measured with and without, as a list; or ''. */
export function regularizedShares(cells: readonly Cell[]): string {
  return cells
    .filter(({ workload }) => workload.l2 > 0)
    .flatMap(({ contender, workload, result }) => {
      const { sizes, batchSize, data } = workload;
      const plain = cells.find(
        (cell) =>
          cell.contender === contender &&
          cell.workload.l2 === 0 &&
          cell.workload.data === data &&
          cell.workload.batchSize === batchSize &&
          cell.workload.sizes.join() === sizes.join(),
      );
      if (plain === undefined || 'leftOut' in plain.result || 'leftOut' in result) return [];
      return [`${contender}: ${percent(ratioOf(result, plain.result))}`];
    })
    .join('; ');
}

function ratioOf(ours: Measured, theirs: Measured): Spread {
  return spreadOfQuotients(ours.examplesPerSecond, theirs.examplesPerSecond);
}

function times({ median, low, high }: Spread): string {
  return `${short(median)}× (${short(low)}–${short(high)})`;
}

function percent({ median, low, high }: Spread): string {
  const whole = (share: number): string => (100 * share).toFixed(0);
  return `${whole(median)} % (${whole(low)}–${whole(high)})`;
}

function short(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
}
