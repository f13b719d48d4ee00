/**
 * Where to go on in the order of examples. `block` counts the epoch's blocks in the order they are visited in, and is
 * that of the first block of a window; `row` counts the rows of this window that have been given, in their order.
 * Without shuffling a window is one block, so that both are simply the place in the data.
 *
 * It stands for a place only together with the source, `seed` and `shuffle` that it came from; `batchSize` and `epochs`
 * may change. A type alias, so that it may stand wherever JSON may.
 */
export type Position = {
  readonly epoch: number;
  readonly block: number;
  readonly row: number;
};
