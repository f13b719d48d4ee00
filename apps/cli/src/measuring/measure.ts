import type { Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { accuracy, evaluate, examples, type Metric, meanLoss } from '@fluxion/pipeline';
import { DataError } from '@fluxion/tensor';
import { columnOptions } from '../columns/columnOptions.js';
import { lossOf } from '../model/lossOf.js';
import type { ModelAbout } from '../model/modelAbout.js';
import { untilAborted } from '../untilAborted.js';
import type { Figures } from './figures.js';

/** Examples that go through the model together: enough to be fast, few enough for any memory. */
const BATCH_SIZE = 256;

/** Figures, and on how many examples. */
export interface Measured {
  readonly examples: number;
  readonly figures: Figures;
}

/**
 * Measures a model on a file: its loss, and its accuracy where the target is a class, or yes or no. An abort ends it,
 * and what it answers then is of no use.
 *
 * @throws {DataError} when the file cannot be used, or holds no example.
 */
export async function measure(
  model: FlowGraph,
  about: Pick<ModelAbout, 'loss' | 'inputs' | 'target'>,
  source: Source,
  signal: AbortSignal,
): Promise<Measured> {
  const loss = lossOf(about.loss);
  const columns = columnOptions(about, model);
  const [units] = model.box(model.outputs[0] as string).shape;
  const classifies = loss.targets === 'labels' || (loss.kind === 'binaryCrossEntropy' && units === 1);
  const metrics: Record<string, Metric> = { examples: count, loss: meanLoss(loss) };
  if (classifies) metrics.accuracy = accuracy();
  const found = await evaluate(
    model,
    examples(source, { ...columns, batchSize: BATCH_SIZE }).pipe(untilAborted(signal)),
    metrics,
  );
  if (found.examples === 0 && !signal.aborted) {
    throw new DataError('expected examples, got no rows; give data with rows', { file: source.name });
  }
  const figures = { loss: found.loss as number };
  return {
    examples: found.examples as number,
    figures: found.accuracy === undefined ? figures : { ...figures, accuracy: found.accuracy },
  };
}

/** How many examples there are. */
const count: Metric = {
  start() {
    let total = 0;
    return {
      add: (_, { size }) => {
        total += size;
      },
      value: () => total,
    };
  },
};
