import { DataError, type DataPlace, type Floats, formatShape, type Shape, sizeOf } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import { forEachPiece } from '../../sources/forEachPiece.js';
import { columnNumbers, refuseNulls } from '../columnNumbers.js';
import type { CellReader } from './cellReader.js';

/** Numbers of one cell. */
export type VectorCell = ArrayLike<number>;

/**
 * Reads lists of a fixed size, also of such lists: the numbers of a cell one after the other. There is no gap among them.
 *
 * @param shape of one cell
 */
export function vectorReader(shape: Shape): CellReader<VectorCell> {
  const width = sizeOf(shape);
  const expectFinite = (cell: VectorCell, place: DataPlace): void => {
    for (let i = 0; i < width; i++) {
      if (Number.isFinite(cell[i])) continue;
      throw new DataError(
        `expected finite numbers, got ${cell[i]} at place ${i}; replace it, or remove the row`,
        place,
      );
    }
  };
  return {
    keepsBlock: true,
    async ofColumn(data: Data, place: DataPlace) {
      await refuseNulls(data, 1, place);
      const actual = shapeOf(data.type);
      if (sizeOf(actual) !== width || actual.length === 0) {
        throw new DataError(
          `expected lists of shape ${formatShape(shape)}, got ${data.type}; give lists of that shape`,
          place,
        );
      }
      const values = await columnNumbers(data, place);
      const out = new Array<VectorCell>(data.length);
      await forEachPiece(
        data.length,
        (from, to) => {
          for (let row = from; row < to; row++) {
            const cell = values.subarray(row * width, (row + 1) * width);
            expectFinite(cell, { ...place, row });
            out[row] = cell;
          }
        },
        width,
      );
      return out;
    },
    ofValue(value, place) {
      const list = Array.isArray(value) || ArrayBuffer.isView(value) ? (value as unknown as unknown[]) : [];
      const cell = Float64Array.from([list].flat(shape.length as 1), Number);
      if (cell.length !== width) {
        throw new DataError(
          `expected a list of shape ${formatShape(shape)}, got ${Array.isArray(value) ? `${cell.length} numbers` : typeof value}; give one`,
          place,
        );
      }
      expectFinite(cell, place);
      return cell;
    },
    room: (size) => new Array<VectorCell>(size).fill(new Float64Array(width) as Floats),
  };
}

/** Shape of a cell of a fixed-size list; [] where it is none. */
export function shapeOf(type: DataType): number[] {
  return DataType.isFixedSizeList(type) ? [type.listSize, ...shapeOf(type.valueType)] : [];
}
