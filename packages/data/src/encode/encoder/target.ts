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
  return eagerEncoder(column, field, out, options, {
    ...reader,
    value(cell, place) {
      if (typeof cell !== 'string') return cell;
      const known = classes.length > 10 ? `one of ${classes.length} classes` : `one of ${classes.join(', ')}`;
      const near = closest(cell, classes);
      const fix =
        near === undefined
          ? 'remove the row, or fit the encoder on data that has it'
          : `did you mean '${near}'?`;
      throw new DataError(`expected ${known}, got '${shortened(cell)}'; ${fix}`, place);
    },
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
  return eagerEncoder(column, field, out, options, {
    ...numbers,
    value(cell) {
      if (Number.isNaN(cell)) return undefined;
      return deviation > 0 ? (cell - mean) / deviation : 0;
    },
    lend: lender(out, batchSize, { shape: [1], width: 1 }),
  });
}

/** How the cells of a target are read, and what they stand for: undefined for a gap. */
interface TargetReader<Cell> extends CellReader<Cell> {
  value(cell: Cell, place: DataPlace): number | undefined;
  lend(size: number): Tensor | Labels;
}

/** Encodes each cell as it comes: what a target means does not change while it is learned. */
function eagerEncoder<Cell>(
  column: string,
  field: number,
  out: Int32Array | Floats,
  { leavesOutGaps }: TargetOptions,
  { ofColumn, ofValue, value, lend }: TargetReader<Cell>,
): RowInput {
  const refuseGap = (place: DataPlace): never => {
    throw new DataError('expected a target, got a gap; remove the row, or fill it in', place);
  };
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
      blocks.push(
        Float64Array.from({ length: cells.length }, (_, row) => {
          const own = { ...place, row };
          return value(cells[row] as Cell, own) ?? (leavesOutGaps ? Number.NaN : refuseGap(own));
        }),
      );
    },
    isGap: (block, row) => Number.isNaN((blocks[block] as Float64Array)[row]),
    gather(places, rows, from, to) {
      for (let i = from; i < to; i++) {
        out[i] = (blocks[places[i] as number] as Float64Array)[rows[i] as number] as number;
      }
    },
    take(i, row, place) {
      const own = { ...place, column };
      out[i] = value(ofValue(valueIn(row, column, place), own), own) ?? refuseGap(own);
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
