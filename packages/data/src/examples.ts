import type { DataPlace, DType, Labels, Tensor } from '@fluxion/tensor';
import type { Position } from './position.js';

/** Column names: of one vector (`string` or several joined), or of several by name. */
export type ColumnSelection =
  | string
  | readonly string[]
  | Readonly<Record<string, string | readonly string[]>>;

/** One value for all inputs or targets, or one for each name. */
export type PerName<T> = T | Readonly<Record<string, T>>;

/** What a target is: a class index to be told apart, or numbers to come near to. */
export type TargetKind = 'labels' | 'values';

/** Which columns the examples have, and how they become numbers. */
export interface ColumnOptions {
  /**
   * Columns of the input: one, or several numeric ones that are joined into a vector, or a record of such by input name.
   * Without names the input is called `input`.
   */
  readonly input: ColumnSelection;
  /** Columns of the target, in the same way; without names it is called `target`. Absent when there is none. */
  readonly target?: ColumnSelection | undefined;
  /**
   * Whether a target is a class or a number. By default the column's type decides: integers, booleans and strings are
   * labels; floats, lists and several columns are values.
   */
  readonly targetKind?: PerName<TargetKind> | undefined;
  /**
   * Names of the classes: a string's label is its index here. By default those of the dictionary, sorted; plain strings
   * need it.
   */
  readonly labelNames?: readonly string[] | Readonly<Record<string, readonly string[]>> | undefined;
  /**
   * Number of classes: a label from this on is refused, with its row. By default `describe` counts them, up to 2²⁰, and
   * examples may have any label: what a model has no class for, its loss refuses.
   */
  readonly classes?: PerName<number> | undefined;
  /**
   * Factor of an input's numbers. By default 1/255 for lists of bytes, since these are pictures, and 1 for all else. A
   * record may name targets too.
   */
  readonly scale?: PerName<number> | undefined;
}

/** Options of `openExamples`. */
export interface ExamplesOptions extends ColumnOptions {
  /** How often to go through the data; may be Infinity. Default 1. */
  readonly epochs?: number | undefined;
  /**
   * Whether to mix the examples: blocks of the whole source (where they can be addressed), then rows within windows of
   * blocks, in another order in each epoch. A window has 16 blocks by default; two are held in memory at most, that of
   * the examples at hand and the one after it, which is read meanwhile. Default false: windows of one block, in the
   * order of the data.
   */
  readonly shuffle?: boolean | { readonly window: number } | undefined;
  /** Seed of the order, an integer in [0, 2³²). Default 0. */
  readonly seed?: number | undefined;
  /** Examples in a minibatch; the last of an epoch may be smaller. Default 1. */
  readonly batchSize?: number | undefined;
  /** Precision of inputs and values. Default 'float32'. */
  readonly dtype?: DType | undefined;
  /** Goes on after the examples that had this position, exactly as if there had been no stop. */
  readonly from?: Position | undefined;
}

/**
 * A minibatch. Its tensors are **lent**: they hold these examples until the next call of `next()`, which overwrites
 * them. Copy what is to be kept.
 */
export interface Examples {
  /** Number of examples. */
  readonly size: number;
  /** Shape [batch, …shape] for each input. */
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Labels of shape [batch], or values of shape [batch, …shape], for each target. */
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
  /** Whether the tensors have been overwritten by later examples, and must not be used any more. */
  readonly stale?: boolean | undefined;
  /** The column of the target, where there is one and it is of one column. */
  readonly targetColumn?: string | undefined;
  /** Where to go on after these examples. */
  readonly position?: Position | undefined;
  /** The file, block and row (within its block) that an example of the minibatch came from; lent like the tensors. */
  locate?(index: number): DataPlace;
}
