/** A trainer that is ready: everything is loaded, the model is built. */
export interface Trainer {
  /** What is measured: library, version, back end. */
  readonly version: string;
  /** Mean loss of the first 1,000 examples that it was trained on, each before its update; where it tells. */
  readonly firstLoss?: number;
  /** Trains on this many examples, going round the data, and returns when all the arithmetic is done. */
  train(examples: number): Promise<void>;
  /** Closes what it holds open, where it does. */
  close?(): Promise<void>;
}
