import type { Tensor } from '../tensor.js';

/**
 * A weight whose updates by single examples may wait, so that its own tensor is behind. `affine`, `matmul` and the updates
 * know of them; whoever reads it otherwise asks for `settled`.
 */
export interface DeferredWeight {
  /** How many of the next examples' inputs it would look at; 0 while it knows the next one's. */
  readonly wanted: number;
  /**
   * Takes in the inputs of the examples that come next, [n, fanIn], in their order: what they are multiplied with is one
   * product then. It is no promise: other examples may come instead.
   */
  lookAhead(inputs: Tensor): void;
  /** The values after all updates: its own tensor where none waits, else a copy that the next call overwrites. */
  settled(): Tensor;
  /** Drops what waits: other values are written to the weight. */
  forget(): void;
}
