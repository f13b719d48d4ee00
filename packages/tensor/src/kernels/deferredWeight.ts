import type { Tensor } from '../tensor.js';

/** Updates that wait: the weight W₀ without them, X and D by rows, and the factor of all, W = scale·(W₀ + XᵀD). */
export interface DeferredTensors {
  readonly base: Tensor;
  readonly inputs: Tensor;
  readonly outputs: Tensor;
  readonly scale: Tensor;
}

/**
 * A weight whose updates by single examples may wait, so that its own tensor is behind. `affine`, `matmul` and the updates
 * know of them; whoever reads it otherwise asks for `settled`.
 */
export interface DeferredWeight {
  /** Updates that wait are always fewer. */
  readonly examples: number;
  /** How many of the next examples' inputs it would look at; 0 while it knows the next one's. */
  readonly wanted: number;
  /**
   * Takes in the inputs of the examples that come next, [n, fanIn], in their order: what they are multiplied with is one
   * product then. It is no promise: other examples may come instead.
   */
  lookAhead(inputs: Tensor): void;
  /** The values after all updates: its own tensor where none waits, else a copy that the next call overwrites. */
  settled(): Tensor;
  /** A copy of what waits, if anything does. */
  save(): DeferredTensors | undefined;
  /** Takes the place of the weight's values and of what waits. */
  restore(saved: DeferredTensors): void;
  /** Drops what waits: other values are written to the weight. */
  forget(): void;
}
