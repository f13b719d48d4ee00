import type { Examples } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { Observable } from 'rxjs';
import { fprop } from './fprop.js';
import { located } from './located.js';
import type { Metric } from './metrics.js';

/**
 * Metrics of a model over all examples of a source; nothing is learned. Minibatches, as `batchSize: 256`, make it
 * faster and change the result by rounding only, where all parameters are finite.
 *
 * @throws what the source, the pass or a metric throws, as the promise's rejection.
 * @example
 * const { loss, right } = await evaluate(model, examples(arrowFile('test.arrow'), options), {
 *   loss: meanLoss(softmaxCrossEntropy()),
 *   right: accuracy(),
 * });
 */
export async function evaluate<M extends Readonly<Record<string, Metric>>>(
  model: FlowGraph,
  source: Observable<Examples>,
  metrics: M,
): Promise<{ [Name in keyof M]: number }> {
  const running = Object.entries(metrics).map(([name, metric]) => [name, metric.start(model)] as const);
  await source.pipe(fprop(model, { mode: 'predict' })).forEach(({ tape, examples }) => {
    try {
      for (const [, metric] of running) metric.add(tape, examples);
    } catch (error) {
      throw located(error, examples, examples.targetColumn);
    }
  });
  return Object.fromEntries(running.map(([name, metric]) => [name, metric.value()])) as {
    [Name in keyof M]: number;
  };
}
