import {
  closest,
  DataError,
  type DataPlace,
  type DType,
  type Floats,
  type Json,
  type Labels,
  labels,
} from '@fluxion/tensor';
import type { NumberFormat } from '../cells/numberFormat.js';
import { formattedNumbers, shortened } from '../cells/numbers.js';
import { wordReader } from '../cells/words.js';
import type { Shape } from '../fitting/shape.js';
import { lender } from '../lender.js';
import { minibatchFloats } from '../minibatchFloats.js';
import { eagerEncoder } from './eagerEncoder.js';
import type { RowInput } from './rowInput.js';

/** A target that is one of several classes. */
export interface ClassTarget {
  readonly kind: 'classes';
  readonly column: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
}

/**
 * A target that is a number. The model learns z = (y − mean) / deviation; predictions are given back as y. Of amounts from 0 on
 * (`isLog`) the mean is 0, the deviation their mean, and the model gives the logarithm of z, which the loss `poisson` is for.
 */
export interface NumberTarget {
  readonly kind: 'number';
  readonly column: string;
  readonly mean: number;
  readonly deviation: number;
  /** Whether the model gives a logarithm. */
  readonly isLog?: true;
  /** Whether a few numbers, all of which are from 0 on, are far larger than the others: they are learned better as amounts. */
  readonly isSkewed?: true;
  /** How the numbers are written, where they are text that is not plain. */
  readonly format?: NumberFormat | undefined;
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
  { column, mean, deviation, format }: NumberTarget,
  field: number,
  options: TargetOptions,
): RowInput {
  const { batchSize, dtype } = options;
  const out: Floats = minibatchFloats(dtype, batchSize, 1);
  return eagerEncoder<number>(column, field, out, options, {
    ...formattedNumbers(format),
    // A gap stays NaN.
    value: (cell) => (deviation > 0 || Number.isNaN(cell) ? (cell - mean) / deviation : 0),
    refuse: (_, place) => refuseGap(place),
    isGap: Number.isNaN,
    lend: lender(out, batchSize, { shape: [1], width: 1 }),
  });
}

function refuseGap(place: DataPlace): never {
  throw new DataError('expected a target, got a gap; remove the row, or fill it in', place);
}

/** A target as JSON. */
export function targetJson(target: Target): { readonly [name: string]: Json } {
  return JSON.parse(JSON.stringify(target));
}

/** Mean and deviation of a numeric target. */
export function numberTarget(
  column: string,
  { moments: { mean, deviation }, least, isSkewed }: Shape,
  isLog: boolean,
  format?: NumberFormat,
): NumberTarget {
  const scale = isLog ? { mean: 0, deviation: mean, isLog } : { mean, deviation };
  return {
    kind: 'number',
    column,
    ...scale,
    ...(least >= 0 && isSkewed && { isSkewed }),
    ...(format && { format }),
  };
}

/** What a model's output says of a number, in its own units. */
export function inTargetUnits({ mean, deviation, isLog }: NumberTarget, output: number): number {
  return mean + deviation * (isLog === true ? Math.exp(output) : output);
}
