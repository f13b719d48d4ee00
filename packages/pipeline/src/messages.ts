import type { Examples, Lease, Position } from '@fluxion/data';
import type { FlowGraph, ParameterGradient, Tape } from '@fluxion/graph';

/** What `fprop` sends on: a minibatch, and the values of all boxes on it. Both are lent until the subscriber returns. */
export interface Forward {
  readonly model: FlowGraph;
  readonly examples: Examples;
  readonly tape: Tape;
}

/** What `bprop` sends on: the loss, and a gradient for every parameter that learns. */
export interface Backward {
  readonly model: FlowGraph;
  /** The minibatch; the last one, where `accumulate` has taken several together. */
  readonly examples: Examples;
  /** Number of examples that loss and gradients are the mean over; 0 where they are borrowed, and count in no mean. */
  readonly size: number;
  /** Number of examples of all shards, where the source is read in shards. */
  readonly total?: number | undefined;
  /** Mean loss over these examples, before the update and without Ω. */
  readonly loss: number;
  readonly gradients: readonly ParameterGradient[];
  /** The model's version at the bprop: the gradients are those of the parameters as they were then. */
  readonly version: number;
  /** The memory that the gradients are in. */
  readonly lease: Lease;
}

/** What `update` sends on: one step of training. */
export interface Step {
  /** Updates made on this model by this optimizer, counted from 1. */
  readonly step: number;
  /** Examples trained on since the subscription, these included. */
  readonly example: number;
  /** Number of examples in this step; 0 where they were borrowed, and nothing was learned. */
  readonly size: number;
  /** Mean loss over these examples, before the update and without Ω. */
  readonly loss: number;
  /** Where the source goes on after this step; absent where the source has no positions. */
  readonly position: Position | undefined;
  /** The model that was updated. Like `total` it is neither copied by `{ ...step }` nor printed; `extendStep` keeps it. */
  readonly model?: FlowGraph;
  /** Number of examples in this step of all shards, where the source is read in shards. */
  readonly total?: number | undefined;
}
