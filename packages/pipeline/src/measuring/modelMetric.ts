import type { Examples } from '@fluxion/data';
import type { FlowGraph, Link, Losses, Tape } from '@fluxion/graph';
import type { Metric } from '@fluxion/metrics';
import type { Labels, Tensor } from '@fluxion/tensor';

/** What a metric counts of one pass; lent as long as the pass is. */
export interface Observation {
  readonly predictions: Tensor;
  readonly targets?: Tensor | Labels | undefined;
  readonly weights?: Tensor | undefined;
}

/** A metric, and where in a pass it finds what it counts: `ofOutput` makes one, `meanLoss` is one. */
export interface ModelMetric<Value = number> {
  readonly metric: Metric<Value>;
  /** The losses it is the mean of, if it is. Other metrics take from them what makes probabilities of an output. */
  readonly loss?: Losses;
  /**
   * Makes what reads passes of this model.
   *
   * @param links what makes probabilities of each output, where a loss says it
   * @throws {OptionError} or {ShapeError} when the metric does not fit the model.
   */
  bind(
    model: FlowGraph,
    links: Readonly<Record<string, Link>>,
  ): (tape: Tape, examples: Examples) => Observation;
}

/** Metrics of a model, by the names of their figures. One without an output measures the main one. */
export type Metrics = Readonly<Record<string, Metric<unknown> | ModelMetric<unknown>>>;

/** What the metrics say: a figure for each. */
export type Figures<M extends Metrics> = {
  readonly [Name in keyof M]: M[Name] extends Metric<infer Value> | ModelMetric<infer Value> ? Value : never;
};
