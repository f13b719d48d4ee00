import type { Tensor } from '../tensor.js';

/** Updates that wait. Where none do, only `inputs`, those to come, `terms` and `foresight`. */
export interface DeferredTensors {
  /** The weight and its velocity without them. */
  readonly base?: Tensor | undefined;
  readonly velocity?: Tensor | undefined;
  /** Their gradients' factors, [n, fanIn] and [n, fanOut]; the inputs that come next follow theirs. */
  readonly inputs?: Tensor | undefined;
  readonly outputs?: Tensor | undefined;
  /** What weight and velocity are made of now, [2, 2 + n]: how much of base, of velocity and of each gradient. */
  readonly terms: Tensor;
  /** For how many blocks nothing is looked at before its turn, and for how many the next time, [2]; where inputs came unforeseen. */
  readonly foresight?: Tensor | undefined;
}

/**
 * A weight whose updates by single examples may wait, so that its own tensor is behind. `affine`, `matmul` and the updates
 * know of them; whoever reads it otherwise asks for `settled`.
 */
export interface DeferredWeight {
  /** Block size: fewer than this many updates ever wait. */
  readonly examples: number;
  /** How many inputs, from this one on, to show it; 0 while it has some left, or where updates do not wait. */
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
  /** A copy of what waits and what is known to come next, where the last update waits and had this velocity, or like it none. */
  save(velocity?: Tensor): DeferredTensors | undefined;
  /**
   * Goes on with updates that waited, where all of them together lead to the values that the weight has; else the weight stays as it
   * is, and none waits. Of the updates with this velocity none waits either where nothing was saved.
   */
  restore(saved: DeferredTensors | undefined, velocity?: Tensor): void;
  /** Applies what waits, before other values are written to the weight. */
  settle(): void;
}
