/** A box of the model that was trained. */
export interface BoxSummary {
  readonly name: string;
  readonly description: string;
  /** Lengths of one example's output. */
  readonly output: readonly number[];
  readonly parameters: number;
}

/** A choice that the run was made with, as it is to be read: `learning rate`, `0.01`. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** The mean training loss of the block of examples that ends with number `example`, counted from 1. */
export interface LossPoint {
  readonly example: number;
  readonly loss: number;
}

/** What an epoch came to. */
export interface EpochFigures {
  readonly epoch: number;
  /** Mean over the epoch, each example before it was learned from. */
  readonly trainLoss: number;
  readonly testLoss: number;
  /** Share of the test digits read correctly after the epoch. */
  readonly testAccuracy: number;
  /** Seconds of training, without the test. */
  readonly seconds: number;
}

/** A test digit that the network read as another. */
export interface Misread {
  /** Which digit of the test file, from 0. */
  readonly index: number;
  /** Row by row, 0 paper to 255 ink. */
  readonly pixels: Uint8Array;
  readonly truth: number;
  readonly prediction: number;
  /** What the network gave its prediction. */
  readonly probability: number;
}

/** Everything that the report page tells of a run. */
export interface RunReport {
  readonly title: string;
  /** Examples learned from, over all epochs. */
  readonly examples: number;
  /** Seconds of training. */
  readonly seconds: number;
  readonly boxes: readonly BoxSummary[];
  readonly settings: readonly Setting[];
  readonly losses: readonly LossPoint[];
  readonly epochs: readonly EpochFigures[];
  /** Test digits: row the truth, column the prediction. */
  readonly confusion: readonly (readonly number[])[];
  /** Every misread test digit, in any order. */
  readonly misread: readonly Misread[];
  /** Pixels of a picture's row. */
  readonly pictureWidth: number;
}
