import { expectModel, type FlowGraph } from '@fluxion/graph';
import type { Metric, RunningMetric } from '@fluxion/metrics';
import { expectNames } from '@fluxion/tensor';
import { fprop } from '../fprop.js';
import { placedError } from '../placedError.js';
import { bindMetrics } from './bindMetrics.js';
import { type ExamplesInput, examplesOf } from './examplesOf.js';
import type { Figures, Metrics } from './modelMetric.js';

/** Makes one count of those that several processes have made of their shares: `mergeAcross(mpi())` of `@fluxion/mpi` does. */
export type MergeCounts = <Value>(
  metric: Metric<Value>,
  counted: RunningMetric<Value>,
) => RunningMetric<Value>;

/** How a model is measured. */
export interface EvaluateOptions {
  /** Where the examples are one of several shards: the figures are then over all. Default: as they were counted here. */
  readonly merge?: MergeCounts | undefined;
}

/**
 * Metrics of a model over all examples of a stream; nothing is learned. Minibatches, as `batchSize: 256`, make it
 * faster and change the result by rounding only, where all parameters are finite.
 *
 * A metric of classes gets probabilities: of the loss that `meanLoss` measures beside it; without one, the output as it
 * is of a `softmax` or `sigmoid` box, and sigmoid of one unit or softmax of several otherwise. A metric of values is in the
 * target's own units, where the model has an encoder.
 *
 * @param source examples; or rows, as `csvFile('test.csv')`, where the model has an encoder, which makes examples of them
 * @throws {OptionError} when rows are given and the model has no encoder, and what the source, the pass or a metric throws, as the promise's rejection.
 * @example
 * const { loss, right } = await evaluate(model, examples(arrowFile('test.arrow'), options), {
 *   loss: meanLoss(softmaxCrossEntropy()),
 *   right: accuracy(),
 * });
 */
export async function evaluate<M extends Metrics>(
  model: FlowGraph,
  source: ExamplesInput,
  metrics: M,
  options: EvaluateOptions = {},
): Promise<Figures<M>> {
  expectModel('evaluate', model);
  const stream = examplesOf('evaluate', source, model);
  expectNames('evaluate', options, ['merge']);
  const { merge = (_, counted) => counted } = options;
  const counts = bindMetrics(model, metrics).map((bound) => ({ ...bound, running: bound.metric.start() }));
  await stream.pipe(fprop(model, { mode: 'predict' })).forEach(({ tape, examples }) => {
    if (examples.borrowed === true) return;
    try {
      for (const { observe, running } of counts) {
        const { predictions, targets, weights } = observe(tape, examples);
        running.add(predictions, targets, weights);
      }
    } catch (error) {
      throw placedError(error, examples, examples.targetColumn);
    }
  });
  return Object.fromEntries(
    counts.map(({ name, metric, running }) => [name, merge(metric, running).value]),
  ) as Figures<M>;
}
