import { DataError, type DataPlace, type DType, type Floats } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { forEachPiece } from '../../sources/forEachPiece.js';
import { areFinite } from './areFinite.js';
import { columnNumbers, type Numbers } from './columnNumbers.js';
import type { NumericColumns } from './numericColumns.js';

/**
 * The rows of a block as floats, row by row: `width` numbers each. Lists of the same precision are not copied.
 *
 * @param place the block
 * @throws {DataError} with row and column, for a null, NaN, an infinity, or a number beyond the precision.
 */
export async function packFloats(
  group: NumericColumns,
  data: readonly Data[],
  dtype: DType,
  scale: number,
  place: DataPlace,
): Promise<Floats> {
  const sources: Numbers[] = [];
  for (const [i, column] of data.entries()) {
    sources.push(await columnNumbers(column, { ...place, column: group.columns[i]?.name }));
  }
  const floats = isPacked(group, dtype, scale)
    ? (sources[0] as Floats)
    : await sideBySide(sources, dtype, scale);
  await forEachPiece(floats.length, (from, to) => {
    if (areFinite(floats, from, to)) return;
    const bad = from + floats.subarray(from, to).findIndex((value) => !Number.isFinite(value));
    const row = Math.floor(bad / group.width);
    const column = sources.length === 1 ? 0 : bad % group.width;
    const value = sources[column]?.[sources.length === 1 ? bad : row];
    throw new DataError(
      `expected a finite number within ${dtype}, got ${value}; remove the row or replace the value`,
      { ...place, row, column: group.columns[column]?.name },
    );
  });
  return floats;
}

/** Whether the columns' numbers are what is asked for already, and are not copied. */
export function isPacked({ floats }: NumericColumns, dtype: DType, scale: number): boolean {
  return floats === dtype && scale === 1;
}

/** Copies columns so that one row's numbers lie together; they are scaled in float64 and rounded once. */
async function sideBySide(sources: readonly Numbers[], dtype: DType, scale: number): Promise<Floats> {
  const width = sources.length;
  const rows = sources[0]?.length ?? 0;
  const out = dtype === 'float32' ? new Float32Array(rows * width) : new Float64Array(rows * width);
  await forEachPiece(
    rows,
    (from, to) => {
      for (let column = 0; column < width; column++) {
        scaleColumn(sources[column] as Numbers, scale, from, to, out, from * width + column, width);
      }
    },
    width,
  );
  return out;
}

/** Of its own, since a loop over its arguments is twice as fast as one over a closure's variables. */
function scaleColumn(
  source: Numbers,
  scale: number,
  from: number,
  to: number,
  out: Floats,
  start: number,
  stride: number,
): void {
  for (let row = from, at = start; row < to; row++, at += stride) out[at] = (source[row] as number) * scale;
}
