import type { DataPlace, DType, Labels, Tensor } from '@fluxion/tensor';
import type { Encoder } from '../encode/encoder/encoder.js';
import type { ColumnOptions } from '../encode/raw/columnOptions.js';
import type { RowFilter } from '../order/holdOut.js';
import type { Position } from '../order/position.js';
import type { Shard } from '../order/shard.js';

/** Examples made by an encoder, which knows the columns. */
export interface EncodedOptions {
  readonly encoder: Encoder;
  /**
   * Whether the rows have the targets too; tomorrow's have not. Rows that lack one all the same are left out. Default true.
   */
  readonly targets?: boolean | undefined;
  /** Whether the encoder counts each row in after it has been encoded. Default false. */
  readonly online?: boolean | undefined;
}

/** Options of `openExamples`: what the examples are made of, and how they are read. */
export type ExamplesOptions = (ColumnOptions | EncodedOptions) & ReadOptions;

/** How examples are read. */
export interface ReadOptions {
  /** How often to go through the data; may be Infinity. Default 1. */
  readonly epochs?: number | undefined;
  /**
   * Whether to mix the examples, in another order in each epoch: runs of consecutive rows of the whole table, then rows
   * within windows of runs. The order is a function of seed, epoch and row numbers, however the table is stored. A source
   * that is read one way is mixed within windows only. Default false: the order of the table.
   */
  readonly shuffle?: boolean | ShuffleOptions | undefined;
  /** Seed of the order, an integer in [0, 2³²). Default 0. */
  readonly seed?: number | undefined;
  /** Examples in a minibatch; the last of an epoch may be smaller. Default 1. */
  readonly batchSize?: number | undefined;
  /** Precision of inputs and values. Default 'float32'. */
  readonly dtype?: DType | undefined;
  /** Which rows are examples, by their number: `holdOut` makes such filters. Default: all. */
  readonly rows?: RowFilter | undefined;
  /**
   * Column of the weight of each row in the loss and in metrics: finite numbers from 0. Default: what the encoder
   * was fitted with, or else each counts 1.
   */
  readonly weight?: string | undefined;
  /**
   * Which share of the examples comes, where several processes train together: they are dealt out in their order, one to each
   * process in turn, and `batchSize · size` of them, or `total`, are one minibatch of all. Default: all.
   */
  readonly shard?: Shard | undefined;
  /** Goes on after the examples that had this position, exactly as if there had been no stop. */
  readonly from?: Position | undefined;
}

/** How examples are mixed. */
export interface ShuffleOptions {
  /**
   * Rows that are held and mixed at a time. Two windows are in memory at most: that of the current examples and the one
   * after it, which is read meanwhile. Default: 16,384, or fewer where an example has more than 1,024 numbers.
   */
  readonly window?: number | undefined;
  /** Consecutive rows that stay in one window, a divisor of it: so many are read at one go. Default: window / 16. */
  readonly run?: number | undefined;
}

/** Memory that is lent, and goes to others when that is over. */
export interface Lease {
  isOver(): boolean;
}

/**
 * A minibatch. Its tensors are **lent**: they hold these examples until the next call of `next()`, which overwrites
 * them. Copy what is to be kept.
 */
export interface Examples {
  /** Number of examples. */
  readonly size: number;
  /** Number of examples in this minibatch of all shards, where the source is read in shards. */
  readonly total?: number | undefined;
  /** Numbers or indices of shape [batch, …shape], for each input. */
  readonly inputs: Readonly<Record<string, Tensor | Labels>>;
  /** Labels of shape [batch], or values of shape [batch, …shape], for each target. */
  readonly targets: Readonly<Record<string, Tensor | Labels>>;
  /** What each example counts in the loss, [batch], or each step of a sequence, [batch, length]; 1 where there are none. */
  readonly weights?: Tensor | undefined;
  /**
   * Whether they are another shard's: the last minibatch of an epoch may have none for this one, which borrows one so that every
   * rank takes the same number of steps. They count in no mean and no metric.
   */
  readonly borrowed?: boolean | undefined;
  /** Over when later examples have overwritten the tensors, which must not be used any more. */
  readonly lease?: Lease | undefined;
  /**
   * Number of the first example: epoch · 2³² + place in the epoch's order. What is random about an example, as a dropout mask,
   * is drawn by its number.
   */
  readonly number?: number | undefined;
  /** Difference between the numbers of consecutive examples: the number of shards. Default 1. */
  readonly stride?: number | undefined;
  /** The column of the target, where there is one and it is of one column. */
  readonly targetColumn?: string | undefined;
  /** Where to go on after these examples. */
  readonly position?: Position | undefined;
  /**
   * An input of these examples and of those after them, up to so many in all: [n, …shape], as it will be at their turn. Undefined for
   * indices, and where it is not known yet. No promise that they come: what stands between may leave some out. Lent until the next
   * call, and only to be read: the examples to come are taken from it.
   *
   * @param input its name
   */
  ahead?(input: string, examples: number): Tensor | undefined;
  /** The file and row that an example of the minibatch came from; lent like the tensors. */
  locate?(index: number): DataPlace;
}
