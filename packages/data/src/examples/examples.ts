import type { DataPlace, DType, Labels, Tensor } from '@fluxion/tensor';
import type { ColumnOptions } from '../encode/columnOptions.js';
import type { Position } from '../order/position.js';

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
