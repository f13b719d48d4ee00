import type { Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { accuracy, evaluate, examples, type Metric, meanLoss, untilAborted } from '@fluxion/pipeline';
import { DataError, StateError } from '@fluxion/tensor';
import { columnOptions } from '../columns/columnOptions.js';
import { lossFor } from '../model/lossOf.js';
import type { ModelAbout } from '../model/modelAbout.js';
import { outputOf } from '../model/outputOf.js';
import { expectFiniteOutput } from './expectFiniteOutput.js';
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
 * @throws {DataError} when the file cannot be used, holds no example, or one of which the model makes no finite number;
 *   {StateError} when the loss is not finite all the same.
 */
export async function measure(
  model: FlowGraph,
  about: Pick<ModelAbout, 'loss' | 'inputs' | 'target'>,
  source: Source,
  signal: AbortSignal,
): Promise<Measured> {
  const loss = lossFor(about.loss, model);
  const columns = columnOptions(about, model);
  const [units] = outputOf(model).shape;
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
  if (!Number.isFinite(found.loss) && !signal.aborted) {
    throw new StateError(
      `loss ${about.loss} over ${source.name}: expected a finite number, got ${found.loss}; the model is far from these targets: train it anew, with a smaller --learning-rate`,
    );
  }
  const figures = { loss: found.loss as number };
  return {
    examples: found.examples as number,
    figures: found.accuracy === undefined ? figures : { ...figures, accuracy: found.accuracy },
  };
}

/** How many examples there are. Ends where the model makes no number of one. */
const count: Metric = {
  start(model) {
    const output = model.outputs[0] as string;
    let total = 0;
    return {
      add: (tape, examples) => {
        expectFiniteOutput(tape.value(output), examples);
        total += examples.size;
      },
      value: () => total,
    };
  },
};
