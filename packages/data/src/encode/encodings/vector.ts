import { type Floats, type Json, OptionError, type Shape, sizeOf } from '@fluxion/tensor';
import { DataType } from 'apache-arrow';
import { isNumberList, listReader, shapeOf, type VectorCell, vectorReader } from '../cells/vectors.js';
import {
  booleanRule,
  type ColumnMemory,
  type ColumnState,
  type EncodingDefinition,
  type EncodingDescription,
  numberRule,
} from './encoding.js';
import { encodingOf } from './encodingOf.js';
import { Moments } from './moments.js';

/** Options of lists of numbers. */
export interface VectorOptions {
  /** Factor of the numbers. Default: for bytes 1/255; all others are standardized together, by their one mean and deviation. */
  readonly scale?: number;
  /** Shape of a list. Default: that of the column. */
  readonly shape?: Shape;
  /** Of lists of different lengths, how many numbers are taken at most. Default: all of the longest one seen. */
  readonly longest?: number | 'seen';
  /** Whether a last number is 1 for a gap. By default where there were gaps when it was fitted. */
  readonly indicator?: boolean;
}

/** Description of lists of numbers. */
export interface Vector extends EncodingDescription, VectorOptions {
  readonly kind: 'vector';
}

/**
 * A list of numbers, as the pixels of a picture, an embedding made elsewhere or what a sensor measured: z = scale · x, or
 * z = (x − mean) / deviation over all numbers of all lists, one after the other. A gap is 0 throughout.
 *
 * Lists of different lengths are filled up with 0; what a list has beyond `longest` is left out; and a number after them tells the
 * length, as a share of `longest`. A gap among them is an empty list.
 *
 * @example
 * await fitEncoder(source, { target: 'digit', columns: { pixels: vector({ scale: 1 / 255 }) } });
 */
export function vector(options: VectorOptions = {}): Vector {
  return encodingOf('vector', options, 'scale: 0.1');
}

/** Numbers of a list of any length, at most. */
const LONGEST = 2 ** 20;

/** How lists of numbers are taken. */
export const vectorEncoding: EncodingDefinition<Vector, VectorCell | undefined> = {
  options: {
    scale: numberRule,
    shape: {
      expected: 'a list of whole numbers from 1',
      allows: (value) =>
        Array.isArray(value) && value.length > 0 && value.every((n) => Number.isInteger(n) && n > 0),
    },
    longest: {
      expected: `'seen' or a whole number from 1 to ${LONGEST}`,
      allows: (value) =>
        value === 'seen' ||
        (Number.isInteger(value) && (value as number) > 0 && (value as number) <= LONGEST),
    },
    indicator: booleanRule,
  },
  complete(description, type) {
    const {
      scale = isBytes(type) ? 1 / 255 : undefined,
      longest = 'seen',
      shape = shapeOf(type),
    } = description;
    const scaled = { ...description, ...(scale === undefined ? {} : { scale }) };
    return isNumberList(type) ? { ...scaled, longest } : { ...scaled, shape };
  },
  reader: ({ shape, longest }) => (longest === undefined ? vectorReader(expectedShape(shape)) : listReader()),
  start: (description, memory) => new VectorColumn(description, memory),
};

/** What has been seen of the column. */
interface Tally {
  readonly scaling: Float64Array;
  /** Gaps, and numbers of the longest list. */
  readonly cells: Float64Array;
}

class VectorColumn implements ColumnState<VectorCell | undefined, Tally> {
  readonly memory: ColumnMemory & Tally;
  readonly #given: Vector;
  readonly #moments: Moments;
  /** Gaps, and numbers of the longest list. */
  readonly #cells: Float64Array;
  /** Numbers of a list; of lists of different lengths, at most. */
  #size: number;
  #indicator: boolean;

  constructor(description: Vector, memory: ColumnMemory | undefined) {
    const { shape, longest, indicator } = description;
    this.#given = description;
    this.#moments = new Moments(memory?.scaling);
    this.#cells = memory?.cells ?? new Float64Array(2);
    this.memory = { scaling: this.#moments.memory, cells: this.#cells };
    this.#size = longest === undefined ? sizeOf(expectedShape(shape)) : longest === 'seen' ? 0 : longest;
    this.#indicator = indicator === true;
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    const { kind, scale, shape, longest } = this.#given;
    return {
      kind,
      ...(scale !== undefined && { scale }),
      ...(longest === undefined ? { shape: [...expectedShape(shape)] } : { longest: this.#size }),
      indicator: this.#indicator,
    };
  }

  get width(): number {
    return this.#size + (this.#given.longest !== undefined || this.#indicator ? 1 : 0);
  }

  see(cell: VectorCell | undefined): void {
    const cells = this.#cells;
    if (cell === undefined) {
      cells[0] = (cells[0] as number) + 1;
      return;
    }
    cells[1] = Math.max(cells[1] as number, cell.length);
    if (this.#given.scale !== undefined) return;
    for (let i = 0; i < cell.length; i++) this.#moments.see(cell[i] as number);
  }

  tally(): Tally {
    return this.memory;
  }

  merge({ scaling, cells: [gaps = 0, longest = 0] }: Tally): void {
    const cells = this.#cells;
    this.#moments.merge(scaling);
    cells[0] = (cells[0] as number) + gaps;
    cells[1] = Math.max(cells[1] as number, longest);
  }

  settle(): void {
    const [gaps = 0, longest = 0] = this.#cells;
    this.#indicator = this.#given.longest === undefined && (this.#given.indicator ?? gaps > 0);
    if (this.#given.longest === 'seen') this.#size = Math.min(LONGEST, Math.max(1, longest));
  }

  encode(cell: VectorCell | undefined, out: Floats, at: number): void {
    const size = this.#size;
    const { scale, longest } = this.#given;
    const count = cell === undefined ? 0 : Math.min(size, cell.length);
    for (let i = 0; i < count; i++) {
      const value = cell?.[i] as number;
      out[at + i] = scale === undefined ? this.#moments.standardize(value) : value * scale;
    }
    for (let i = count; i < size; i++) out[at + i] = 0;
    if (longest !== undefined) out[at + size] = count / size;
    else if (this.#indicator) out[at + size] = cell === undefined ? 1 : 0;
  }
}

function expectedShape(shape: Shape | undefined): Shape {
  if (shape !== undefined && shape.length > 0) return shape;
  throw new OptionError(
    'vector shape: expected lists of a fixed size, got a column of others; take another encoding',
  );
}

function isBytes(type: DataType): boolean {
  if (DataType.isFixedSizeList(type) || DataType.isList(type)) return isBytes(type.valueType);
  return DataType.isInt(type) && type.bitWidth === 8 && !type.isSigned;
}
