/**
 * Where to go on in the order of examples: `row` counts the examples of the epoch that have been given, in their order.
 *
 * It stands for a place only together with the table, `seed`, `shuffle` and `rows` that it came from; how the table is
 * stored, `batchSize` and `epochs` may change. A type alias, so that it may stand wherever JSON may.
 */
export type Position = {
  readonly epoch: number;
  readonly row: number;
};
