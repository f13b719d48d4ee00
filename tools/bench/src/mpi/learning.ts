/** How the ranks of a job learn in a benchmark. */
export interface Learning {
  /** Arrow files of digits. */
  readonly train: string;
  readonly test: string;
  /** Examples in a minibatch of one rank. */
  readonly batchSize: number;
  /** Examples of a rank between two means of the weights; absent where gradients are averaged. */
  readonly every?: number;
  /**
   * What a step with its gradients does, where they are averaged: all, by default; all but to add them up over the ranks, so that these
   * keep step; or what it does on one rank, which writes them out and calls nobody.
   */
  readonly exchange?: 'all' | 'announced' | 'written';
  /** Examples of all ranks after which it ends; by default an epoch. */
  readonly most?: number;
}

/** What came of it. */
export interface Learned {
  /** Over all ranks. */
  readonly examplesPerSecond: number;
  /** Share of the test digits that are right. */
  readonly accuracy: number;
}
