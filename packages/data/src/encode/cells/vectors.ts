import { DataError, type DataPlace, formatShape, type Shape, sizeOf } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import { forEachPiece } from '../../sources/forEachPiece.js';
import type { CellReader, RowMask } from './cellReader.js';
import { plainNumber } from './numberFormat.js';
import { numbers } from './numbers.js';

/** Numbers of one cell. */
export type VectorCell = ArrayLike<number>;

/**
 * Reads lists of a fixed size, also of such lists: the numbers of a cell one after the other; undefined for a gap. There is no
 * gap among the numbers of a list.
 *
 * @param shape of one cell
 */
export function vectorReader(shape: Shape): CellReader<VectorCell | undefined> {
  const width = sizeOf(shape);
  return {
    keepsBlock: true,
    async ofColumn(data, place, wanted) {
      const actual = shapeOf(data.type);
      if (sizeOf(actual) !== width || actual.length === 0) {
        throw new DataError(
          `expected lists of shape ${formatShape(shape)}, got ${data.type}; give lists of that shape`,
          place,
        );
      }
      return cellsOf(data, leafOf(data), place, (row) => row * width, wanted);
    },
    ofValue(value, place) {
      if (value === null || value === undefined) return undefined;
      const list = listOf(value);
      const cell = numbersOf(shape.length === 1 ? list : [list].flat(shape.length as 1));
      if (cell.length !== width) {
        throw new DataError(
          `expected a list of shape ${formatShape(shape)}, got ${isListOfAny(value) ? `${cell.length} numbers` : typeof value}; give one`,
          place,
        );
      }
      return finite(cell, place);
    },
    room,
  };
}

/** Reads lists of numbers of any length; undefined for a gap. There is no gap among the numbers of a list. */
export function listReader(): CellReader<VectorCell | undefined> {
  return {
    keepsBlock: true,
    async ofColumn(data, place, wanted) {
      const [size, ...others] = shapeOf(data.type);
      if (!isNumberList(data.type) && (size === undefined || others.length > 0)) {
        throw new DataError(`expected lists of numbers, got ${data.type}; give such lists`, place);
      }
      const offsets: Int32Array | undefined = data.valueOffsets;
      const startOf = (row: number): number => offsets?.[row] ?? row * (size ?? 0);
      return cellsOf(data, data.children[0] as Data, place, startOf, wanted);
    },
    ofValue(value, place) {
      if (value === null || value === undefined) return undefined;
      if (isListOfAny(value)) return finite(numbersOf(listOf(value)), place);
      throw new DataError(`expected a list of numbers, got ${typeof value}; give one`, place);
    },
    room,
  };
}

/** What is no number, as null in a list of JSON, is NaN. A loop: `Float64Array.from` takes ten times as long. */
function numbersOf(list: ArrayLike<unknown>): Float64Array {
  const out = new Float64Array(list.length);
  for (let i = 0; i < out.length; i++) {
    const value = list[i];
    if (typeof value === 'number') out[i] = value;
    else if (typeof value === 'string') out[i] = plainNumber(value);
    else out[i] = typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : Number.NaN;
  }
  return out;
}

function room(size: number): (VectorCell | undefined)[] {
  return new Array<VectorCell | undefined>(size).fill(undefined);
}

/**
 * The cells of a column.
 *
 * @param leaf the numbers of all lists
 * @param startOf where among them a list begins, and the one before it ends
 */
async function cellsOf(
  data: Data,
  leaf: Data,
  place: DataPlace,
  startOf: (row: number) => number,
  wanted: RowMask | undefined,
): Promise<(VectorCell | undefined)[]> {
  const read = await readerOf(leaf, place);
  const out = room(data.length);
  const width = (startOf(data.length) - startOf(0)) / Math.max(1, data.length);
  await forEachPiece(
    data.length,
    (from, to) => {
      for (let row = from; row < to; row++) {
        if (!data.getValid(row) || wanted?.[row] === 0) continue;
        const own = { ...place, row };
        out[row] = finite(read(startOf(row), startOf(row + 1), own), own);
      }
    },
    Math.max(1, Math.ceil(width)),
  );
  return out;
}

/** How the numbers from one place to another are read: as they lie in memory, where that can be. */
async function readerOf(
  leaf: Data,
  column: DataPlace,
): Promise<(from: number, to: number, place: DataPlace) => VectorCell> {
  const { type } = leaf;
  const isPlain = DataType.isInt(type) || (DataType.isFloat(type) && type.precision > 0);
  const values = isPlain ? leaf.values : await numbers.ofColumn(leaf, column);
  return (from, to, place) => {
    for (let i = from; leaf.nullCount > 0 && i < to; i++) {
      if (!leaf.getValid(i)) {
        throw new DataError(
          `expected numbers, got a gap at place ${i - from}; fill it in, or remove the row`,
          place,
        );
      }
    }
    const cell = values.subarray(from, to);
    if (!(cell instanceof BigInt64Array) && !(cell instanceof BigUint64Array)) return cell;
    return Float64Array.from(cell as Iterable<bigint>, (value) => {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number;
      throw new DataError(`expected integers of at most 53 bits, got ${value}; make it smaller`, place);
    });
  };
}

function finite(cell: VectorCell, place: DataPlace): VectorCell {
  for (let i = 0; i < cell.length; i++) {
    if (Number.isFinite(cell[i])) continue;
    throw new DataError(
      `expected finite numbers, got ${cell[i]} at place ${i}; replace it, or remove the row`,
      place,
    );
  }
  return cell;
}

function isListOfAny(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function listOf(value: unknown): ArrayLike<unknown> {
  return isListOfAny(value) ? (value as ArrayLike<unknown>) : [];
}

/** Shape of a cell of a fixed-size list; [] where it is none. */
export function shapeOf(type: DataType): number[] {
  return DataType.isFixedSizeList(type) ? [type.listSize, ...shapeOf(type.valueType)] : [];
}

/** Whether a type is one of lists of numbers of any length. */
export function isNumberList(type: DataType): boolean {
  return (
    DataType.isList(type) &&
    (DataType.isInt(type.valueType) || DataType.isFloat(type.valueType) || DataType.isDecimal(type.valueType))
  );
}

function leafOf(data: Data): Data {
  return DataType.isFixedSizeList(data.type) ? leafOf(data.children[0] as Data) : data;
}
