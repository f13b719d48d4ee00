import {
  closest,
  DataError,
  type DataPlace,
  type DType,
  type Floats,
  type Json,
  type Labels,
  labels,
  type Tensor,
} from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { CellReader } from '../cells/cellReader.js';
import { numbers, shortened } from '../cells/numbers.js';
import { wordReader } from '../cells/words.js';
import type { Moments } from '../encodings/moments.js';
import { lender } from '../floatsEncoder.js';
import { minibatchFloats } from '../minibatchFloats.js';
import type { RowInput } from './rowInput.js';
import { valueIn } from './valueIn.js';

/** A target that is one of several classes. */
export interface ClassTarget {
  readonly kind: 'classes';
  readonly column: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
}

/** A target that is a number. The model learns z = (y − mean) / deviation; predictions are given back as y. */
export interface NumberTarget {
  readonly kind: 'number';
  readonly column: string;
  readonly mean: number;
  readonly deviation: number;
}

/** What a model is to predict. */
export type Target = ClassTarget | NumberTarget;

/** How targets are read. */
export interface TargetOptions {
  readonly batchSize: number;
  readonly dtype: DType;
  /** Whether rows without a target are left out; if not, they are refused. */
  readonly leavesOutGaps: boolean;
}

/** @throws {DataError} by `add` and `take`, for a class that is none, and a gap that is not left out. */
export function targetEncoder(target: Target, field: number, options: TargetOptions): RowInput {
  return target.kind === 'classes'
    ? classEncoder(target, field, options)
    : numberEncoder(target, field, options);
}

function classEncoder({ column, classes }: ClassTarget, field: number, options: TargetOptions): RowInput {
  const { batchSize } = options;
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  // An unknown name is kept, to say which it was.
  const reader = wordReader((word): number | string => labelOf.get(word) ?? word);
  const out = new Int32Array(batchSize);
  const full = labels(out);
  return eagerEncoder<number | string | undefined>(column, field, out, options, {
    ...reader,
    value: (cell) => (typeof cell === 'number' ? cell : Number.NaN),
    refuse(cell, place) {
      const known = classes.length > 10 ? `one of ${classes.length} classes` : `one of ${classes.join(', ')}`;
      if (cell === undefined) refuseGap(place);
      const near = closest(String(cell), classes);
      const fix =
        near === undefined
          ? 'remove the row, or fit the encoder on data that has it'
          : `did you mean '${near}'?`;
      throw new DataError(`expected ${known}, got '${shortened(String(cell))}'; ${fix}`, place);
    },
    isGap: (cell) => cell === undefined,
    lend: (size): Labels => (size === batchSize ? full : labels(out.subarray(0, size))),
  });
}

function numberEncoder(
  { column, mean, deviation }: NumberTarget,
  field: number,
  options: TargetOptions,
): RowInput {
  const { batchSize, dtype } = options;
  const out: Floats = minibatchFloats(dtype, batchSize, 1);
  return eagerEncoder<number>(column, field, out, options, {
    ...numbers,
    // A gap stays NaN.
    value: (cell) => (deviation > 0 || Number.isNaN(cell) ? (cell - mean) / deviation : 0),
    refuse: (_, place) => refuseGap(place),
    isGap: Number.isNaN,
    lend: lender(out, batchSize, { shape: [1], width: 1 }),
  });
}

/** How the cells of a target are read. */
interface TargetReader<Cell> extends CellReader<Cell> {
  /** What a cell stands for; NaN for a gap, or what cannot be. */
  value(cell: Cell): number;
  refuse(cell: Cell, place: DataPlace): never;
  isGap(cell: Cell): boolean;
  lend(size: number): Tensor | Labels;
}

function refuseGap(place: DataPlace): never {
  throw new DataError('expected a target, got a gap; remove the row, or fill it in', place);
}

/** Encodes each cell as it comes: what a target means does not change while it is learned. */
function eagerEncoder<Cell>(
  column: string,
  field: number,
  out: Int32Array | Floats,
  { leavesOutGaps }: TargetOptions,
  { ofColumn, ofValue, value, refuse, lend, isGap }: TargetReader<Cell>,
): RowInput {
  /** NaN for a gap. */
  const blocks: Float64Array[] = [];
  return {
    name: column,
    fields: [field],
    keepsBlocks: false,
    clear() {
      blocks.length = 0;
    },
    async add([data], block) {
      const place = { ...block, column };
      const cells = await ofColumn(data as Data, place);
      const values = new Float64Array(cells.length);
      for (let row = 0; row < values.length; row++) {
        const cell = cells[row] as Cell;
        values[row] = value(cell);
        if (Number.isNaN(values[row]) && !(leavesOutGaps && isGap(cell))) refuse(cell, { ...place, row });
      }
      blocks.push(values);
    },
    isGap: (block, row) => Number.isNaN((blocks[block] as Float64Array)[row]),
    gather(places, rows, from, to) {
      for (let i = from; i < to; i++) {
        out[i] = (blocks[places[i] as number] as Float64Array)[rows[i] as number] as number;
      }
    },
    take(i, row, place) {
      const own = { ...place, column };
      const cell = ofValue(valueIn(row, column, place), own);
      const number = value(cell);
      if (Number.isNaN(number)) refuse(cell, own);
      out[i] = number;
    },
    encode() {},
    lend,
  };
}

/** A target as JSON. */
export function targetJson(target: Target): { readonly [name: string]: Json } {
  return { ...target };
}

/** Mean and deviation of a numeric target. */
export function numberTarget(column: string, moments: Moments): NumberTarget {
  return { kind: 'number', column, mean: moments.mean, deviation: moments.deviation };
}
