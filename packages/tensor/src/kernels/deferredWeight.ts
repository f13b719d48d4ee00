import type { Tensor } from '../tensor.js';

/** Updates that wait: none, where only what comes next is known. */
export interface DeferredTensors {
  /** The weight and its velocity without them. */
  readonly base?: Tensor | undefined;
  readonly velocity?: Tensor | undefined;
  /** Their gradients' factors, [n, fanIn] and [n, fanOut]; the inputs that come next follow theirs. */
  readonly inputs?: Tensor | undefined;
  readonly outputs?: Tensor | undefined;
  /** What weight and velocity are made of now, [2, 2 + n]: how much of base, of velocity and of each gradient. */
  readonly terms: Tensor;
}

/**
 * A weight whose updates by single examples may wait, so that its own tensor is behind. `affine`, `matmul` and the updates
 * know of them; whoever reads it otherwise asks for `settled`.
 */
export interface DeferredWeight {
  /** Updates that wait are always fewer. */
  readonly examples: number;
  /** How many inputs, from this one on, it would look at; 0 where it knows this one, or updates do not wait. */
  inputsWanted(input: Tensor): number;
  /**
   * Takes in the inputs of the examples that come next, [n, fanIn], in their order: what they are multiplied with is one
   * product then. It is no promise: other examples may come instead.
   *
   * @throws {ShapeError} when they have another length.
   */
  lookAhead(inputs: Tensor): void;
  /**
   * The values of the weight, or of its velocity, after all updates: that tensor where none waits, else a copy which the next
   * call overwrites.
   */
  settled(of?: Tensor): Tensor;
  /** A copy of what waits and what is known to come next, where the last update was one that waits. */
  save(): DeferredTensors | undefined;
  /** Takes the place of the weight's values, of its velocity's, and of what waits. Where nothing was saved, none does. */
  restore(saved: DeferredTensors | undefined, velocity?: Tensor): void;
  /** Applies what waits, before other values are written to the weight. */
  settle(): void;
}
