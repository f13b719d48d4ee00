import { DataError, type DataPlace, type DType, type Floats } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import { columnNumbers, type Numbers } from './columnNumbers.js';
import type { NumericColumns } from './numericColumns.js';

/**
 * The rows of a block as floats, row by row: `width` numbers each. Lists of the same precision are not copied.
 *
 * @param place the block
 * @throws {DataError} with row and column, for a null, NaN, an infinity, or a number beyond the precision.
 */
export function packFloats(
  group: NumericColumns,
  data: readonly Data[],
  dtype: DType,
  scale: number,
  place: DataPlace,
): Floats {
  const sources = data.map((column, i) =>
    columnNumbers(column, { ...place, column: group.columns[i]?.name }),
  );
  const floats = asIs(sources, dtype, scale) ?? sideBySide(sources, dtype, scale);
  const bad = firstNonFinite(floats);
  if (bad !== undefined) {
    const row = Math.floor(bad / group.width);
    const column = sources.length === 1 ? 0 : bad % group.width;
    const value = sources[column]?.[sources.length === 1 ? bad : row];
    throw new DataError(
      `expected a finite number within ${dtype}, got ${value}; remove the row or replace the value`,
      {
        ...place,
        row,
        column: group.columns[column]?.name,
      },
    );
  }
  return floats;
}

/** The numbers themselves, where they are floats of this precision already. */
function asIs([source, ...others]: readonly Numbers[], dtype: DType, scale: number): Floats | undefined {
  if (others.length > 0 || scale !== 1) return undefined;
  return source instanceof (dtype === 'float32' ? Float32Array : Float64Array) ? source : undefined;
}

/** Copies columns so that one row's numbers lie together; they are scaled in float64 and rounded once. */
function sideBySide(sources: readonly Numbers[], dtype: DType, scale: number): Floats {
  const width = sources.length;
  const rows = sources[0]?.length ?? 0;
  const out = dtype === 'float32' ? new Float32Array(rows * width) : new Float64Array(rows * width);
  for (const [column, source] of sources.entries()) {
    for (let row = 0, at = column; row < rows; row++, at += width) out[at] = (source[row] as number) * scale;
  }
  return out;
}

/** Place of the first NaN or infinity. A sum of differences finds out whether there is one without a branch. */
function firstNonFinite(values: Floats): number | undefined {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value - value;
  }
  return sum === 0 ? undefined : values.findIndex((value) => !Number.isFinite(value));
}
