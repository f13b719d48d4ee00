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
  tensor,
} from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { CellReader } from '../cells/cellReader.js';
import { numbers, shortened } from '../cells/numbers.js';
import { wordReader } from '../cells/words.js';
import type { ColumnEncoder } from '../columnEncoder.js';
import type { Moments } from '../encodings/moments.js';
import { minibatchFloats } from '../minibatchFloats.js';
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

/** A target whose rows come from blocks or from plain objects. */
export interface TargetEncoder extends ColumnEncoder {
  /** Takes example i of the minibatch from a plain object. */
  take(i: number, row: Readonly<Record<string, unknown>>, place: DataPlace): void;
}

/** @throws {DataError} by `add` and `take`, for a gap, or a class that is none. */
export function targetEncoder(target: Target, field: number, batchSize: number, dtype: DType): TargetEncoder {
  return target.kind === 'classes'
    ? classEncoder(target, field, batchSize)
    : numberEncoder(target, field, batchSize, dtype);
}

function classEncoder({ column, classes }: ClassTarget, field: number, batchSize: number): TargetEncoder {
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  // An unknown name is kept, to say which it was.
  const reader = wordReader((word): number | string => labelOf.get(word) ?? word);
  const out = new Int32Array(batchSize);
  const full = labels(out);
  return staged(
    column,
    field,
    out,
    (size): Labels => (size === batchSize ? full : labels(out.subarray(0, size))),
    {
      ...reader,
      expect(cell, place) {
        if (typeof cell === 'number') return cell;
        const known =
          classes.length > 10 ? `one of ${classes.length} classes` : `one of ${classes.join(', ')}`;
        if (cell === undefined) {
          throw new DataError(`expected ${known}, got a gap; remove the row, or fill it in`, place);
        }
        const near = closest(cell, classes);
        const fix =
          near === undefined
            ? 'remove the row, or fit the encoder on data that has it'
            : `did you mean '${near}'?`;
        throw new DataError(`expected ${known}, got '${shortened(cell)}'; ${fix}`, place);
      },
    },
  );
}

function numberEncoder(
  { column, mean, deviation }: NumberTarget,
  field: number,
  batchSize: number,
  dtype: DType,
): TargetEncoder {
  const out: Floats = minibatchFloats(dtype, batchSize, 1);
  const full = tensor(out, [batchSize, 1]);
  const lend = (size: number): Tensor =>
    size === batchSize ? full : tensor(out.subarray(0, size), [size, 1]);
  return staged(column, field, out, lend, {
    ...numbers,
    expect(cell, place) {
      if (!Number.isNaN(cell)) return deviation > 0 ? (cell - mean) / deviation : 0;
      throw new DataError('expected a number, got a gap; remove the row, or fill it in', place);
    },
  });
}

/** Encodes each cell as it comes: what a target means does not change while it is learned. */
function staged<Cell>(
  column: string,
  field: number,
  out: Int32Array | Floats,
  lend: (size: number) => Tensor | Labels,
  reader: CellReader<Cell> & { expect(cell: Cell, place: DataPlace): number },
): TargetEncoder {
  const blocks: Float64Array[] = [];
  return {
    name: column,
    fields: [field],
    keepsBlocks: false,
    clear: () => {
      blocks.length = 0;
    },
    add: async ([data]: readonly Data[], block) => {
      const place = { ...block, column };
      const cells = await reader.ofColumn(data as Data, place);
      blocks.push(
        Float64Array.from({ length: cells.length }, (_, row) =>
          reader.expect(cells[row] as Cell, { ...place, row }),
        ),
      );
    },
    gather: (places, rows, from, to) => {
      for (let i = from; i < to; i++) {
        out[i] = (blocks[places[i] as number] as Float64Array)[rows[i] as number] as number;
      }
    },
    take: (i, row, place) => {
      const own = { ...place, column };
      out[i] = reader.expect(reader.ofValue(valueIn(row, column, place), own), own);
    },
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
