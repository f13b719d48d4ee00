import { type Cell, measuredOf } from '../measuring/cell.js';
import { percent, ratioOf } from '../measuring/ratio.js';
import { markdownTable } from '../pages/markdownTable.js';
import { BLAS, BLOCKED, GEMV, LOOPS, momentumName, ONE_BY_ONE, PICTURES, WASM } from './columns.js';

const contenders = [WASM, BLAS, ONE_BY_ONE, LOOPS, GEMV, BLOCKED];

/** How much of its speed each keeps with momentum; empty where nothing was measured both ways. */
export function momentumTable(cells: readonly Cell[]): string {
  const rows = contenders
    .map((contender) => [
      contender,
      ...PICTURES.map((name) => {
        const withMomentum = measuredOf(cells, contender, momentumName(name));
        const plain = measuredOf(cells, contender, name);
        return withMomentum && plain && percent(ratioOf(withMomentum, plain));
      }),
    ])
    .filter(([, ...shares]) => shares.some((share) => share !== undefined));
  return rows.length === 0 ? '' : markdownTable(['momentum : plain', ...PICTURES], rows);
}
