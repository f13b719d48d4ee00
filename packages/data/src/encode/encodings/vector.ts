import { type Floats, type Json, OptionError, type Shape, sizeOf } from '@fluxion/tensor';
import { DataType } from 'apache-arrow';
import { shapeOf, type VectorCell, vectorReader } from '../cells/vectors.js';
import {
  type ColumnMemory,
  type ColumnState,
  type EncodingDefinition,
  type EncodingDescription,
  numberRule,
} from './encoding.js';

/** Options of lists of numbers. */
export interface VectorOptions {
  /** Factor of the numbers. Default 1, for bytes 1/255. */
  readonly scale?: number;
  /** Shape of a list. Default: that of the column. */
  readonly shape?: Shape;
}

/** Description of lists of numbers. */
export interface Vector extends EncodingDescription, VectorOptions {
  readonly kind: 'vector';
}

/**
 * A list of numbers of a fixed size, as the pixels of a picture or an embedding made elsewhere: z = scale · x, one after the
 * other. Gaps are refused.
 *
 * @example
 * await fitEncoder(source, { target: 'digit', columns: { pixels: vector({ scale: 1 / 255 }) } });
 */
export function vector(options: VectorOptions = {}): Vector {
  return { kind: 'vector', ...options };
}

/** How lists of numbers are taken. */
export const vectorEncoding: EncodingDefinition<Vector, VectorCell> = {
  options: {
    scale: numberRule,
    shape: {
      expected: 'a list of whole numbers from 1',
      allows: (value) =>
        Array.isArray(value) && value.length > 0 && value.every((n) => Number.isInteger(n) && n > 0),
    },
  },
  complete(description, type) {
    const { shape = shapeOf(type), scale = isBytes(type) ? 1 / 255 : 1 } = description;
    return { ...description, shape, scale };
  },
  reader: ({ shape }) => vectorReader(expectedShape(shape)),
  start: (description) => new VectorColumn(description),
};

class VectorColumn implements ColumnState<VectorCell> {
  readonly description: EncodingDescription & { readonly [name: string]: Json };
  readonly width: number;
  readonly memory: ColumnMemory = {};
  readonly #scale: number;

  constructor({ scale = 1, shape }: Vector) {
    this.description = { kind: 'vector', scale, shape: expectedShape(shape) };
    this.width = sizeOf(expectedShape(shape));
    this.#scale = scale;
  }

  see(): void {}

  settle(): void {}

  encode(cell: VectorCell, out: Floats, at: number): void {
    for (let i = 0; i < this.width; i++) out[at + i] = (cell[i] as number) * this.#scale;
  }
}

function expectedShape(shape: Shape | undefined): Shape {
  if (shape !== undefined && shape.length > 0) return shape;
  throw new OptionError(
    'vector shape: expected lists of a fixed size, got a column of others; take another encoding',
  );
}

function isBytes(type: DataType): boolean {
  if (DataType.isFixedSizeList(type)) return isBytes(type.valueType);
  return DataType.isInt(type) && type.bitWidth === 8 && !type.isSigned;
}
