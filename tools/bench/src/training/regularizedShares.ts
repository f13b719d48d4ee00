import type { Cell } from '../measuring/cell.js';
import { percent, ratioOf } from '../measuring/ratio.js';

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
