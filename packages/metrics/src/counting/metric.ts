import type { Json, Labels, Saved, Tensor } from '@fluxion/tensor';
import type { Compared } from './rows.js';
import type { Tally } from './tally.js';

/** How a metric is computed. */
export interface MetricDefinition<Value = number> {
  readonly kind: string;
  /** What errors call it. Default: its kind. */
  readonly name?: string;
  /** What says which figure it is. They are saved with what has been counted. */
  readonly options?: { readonly [name: string]: Json };
  readonly compares: Compared;
  /** A count of no example yet. `units` is how many numbers are predicted for an example: 0 where none has been seen. */
  tally(units: number): Tally<Value>;
}

/**
 * A figure of merit, as a description: it counts nothing itself, so that one metric measures many models. `start` begins a
 * count.
 */
export interface Metric<Value = number> extends Required<MetricDefinition<Value>> {
  /** Begins a count. */
  start(): RunningMetric<Value>;
  /**
   * Takes up a count that was saved. What follows gives the same bits as if it had never been interrupted.
   *
   * @throws {OptionError} when another metric was saved, or the same one with other options.
   */
  restore(saved: Saved): RunningMetric<Value>;
}

/** A metric that is being counted. */
export interface RunningMetric<Value = number> {
  /** Numbers predicted for an example; undefined before the first. */
  readonly units: number | undefined;
  /** The figure over the examples so far. A number is NaN where it is undefined, as before the first example. */
  readonly value: Value;
  /**
   * Counts a minibatch.
   *
   * @param predictions, targets as the metric `compares` them. Axes between batch and classes are places of a sequence, each
   *   counted as an example: [batch, time, classes] with labels [batch, time].
   * @param weights how much each example counts, [batch], or each place; numbers from 0. Default 1. A place that is only
   *   padding gets 0.
   * @throws {ShapeError} when shapes do not fit, {OptionError} when targets are missing; {DataError} with the row of the
   *   minibatch on a prediction that is not finite, a label that is no class, or a weight below 0. Nothing is counted then.
   */
  add(predictions: Tensor, targets?: Tensor | Labels, weights?: Tensor): void;
  /**
   * Adds what another has counted, as if its examples had come here.
   *
   * @throws {OptionError} when the other is another metric; {StateError} when it is a window, which has an order.
   */
  merge(other: RunningMetric<Value>): void;
  save(): Saved;
}
