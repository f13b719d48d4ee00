import type { Arena } from '../arena.js';
import { FLOAT, type Matrix } from '../wasm/layout.js';
import type { BindProduct } from '../wasm/machine.js';
import type { Sgemm } from './blasLibrary.js';

const ROW_MAJOR = 101;
const AS_IT_IS = 111;
const TRANSPOSED = 112;

/** How BLAS is told of a matrix: by its rows, or by the rows of its transpose, so many numbers apart. */
interface Operand {
  readonly order: typeof AS_IT_IS | typeof TRANSPOSED;
  readonly leading: number;
}

/** Matrix products c ← initial + factor·a·b by a BLAS, on views of the arena's memory. */
export function blasProduct(arena: Arena, sgemm: Sgemm): BindProduct {
  const view = (address: number, length: number): Float32Array =>
    new Float32Array(arena.memory.buffer, address, length);
  return (a, b, c, initial) => {
    const left = operand(a);
    const right = operand(b);
    const sink = operand(c);
    const { rows: m, columns: n } = c;
    const k = a.columns;
    if (left === undefined || right === undefined || sink?.order !== AS_IT_IS || m * n * k === 0)
      return undefined;
    const [from, to, into] = [a, b, c].map(({ address }) => view(address, 1)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const row = initial === 0 || initial === c.address ? undefined : view(initial, n);
    const rows = Array.from({ length: row === undefined ? 0 : m }, (_, i) => view(c.address + i * c.row, n));
    const beta = initial === 0 ? 0 : 1;
    return (factor) => {
      for (const each of rows) each.set(row as Float32Array);
      sgemm(
        ROW_MAJOR,
        left.order,
        right.order,
        m,
        n,
        k,
        factor,
        from,
        left.leading,
        to,
        right.leading,
        beta,
        into,
        sink.leading,
      );
    };
  };
}

/** undefined for strides that BLAS has no words for. */
function operand({ rows, columns, row, column }: Matrix): Operand | undefined {
  if (column === FLOAT && row >= columns * FLOAT) return { order: AS_IT_IS, leading: row / FLOAT };
  if (row === FLOAT && column >= rows * FLOAT) return { order: TRANSPOSED, leading: column / FLOAT };
  return undefined;
}
