import type { Examples, Source } from '@fluxion/data';
import type { FlowGraph, Losses } from '@fluxion/graph';
import { accuracy, evaluate, examples, type ModelMetric, meanLoss, untilAborted } from '@fluxion/pipeline';
import { DataError, elements, StateError, sizeOf, type Tensor } from '@fluxion/tensor';
import { formatPercent, formatSignificant } from '@fluxion/terminal';
import { tap } from 'rxjs';
import { columnOptions } from '../columns/columnOptions.js';
import { lossFor, mainOutput } from '../model/lossFor.js';
import type { ModelAbout } from '../model/modelAbout.js';

/** Numbers that the largest box, or input, of a minibatch may hold: 16 MB of float32. */
const LARGEST = 2 ** 22;

/** Examples that go through a model together without training it: so many, or as many as are no more than some MB. */
export function batchSizeFor(model: FlowGraph, most: number): number {
  const shapes = [...Object.values(model.inputs), ...model.boxes.map(({ shape }) => shape)];
  return Math.max(1, Math.min(most, Math.floor(LARGEST / Math.max(...shapes.map(sizeOf)))));
}

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
  const [units] = mainOutput(model).shape;
  const classifies = loss.targets === 'labels' || (loss.kind === 'binaryCrossEntropy' && units === 1);
  let count = 0;
  const counted = examples(source, { ...columns, batchSize: batchSizeFor(model, 256) }).pipe(
    untilAborted(signal),
    tap(({ size }) => {
      count += size;
    }),
  );
  const measured = { loss: finiteLoss(loss) };
  const found: Figures = await evaluate(
    model,
    counted,
    classifies ? { ...measured, accuracy: accuracy() } : measured,
  );
  if (count === 0 && !signal.aborted) {
    throw new DataError('expected examples, got no rows; give data with rows', { file: source.name });
  }
  if (!Number.isFinite(found.loss) && !signal.aborted) {
    throw new StateError(
      `loss ${about.loss} over ${source.name}: expected a finite number, got ${found.loss}; the model is far from these targets: train it anew, with a smaller --learning-rate`,
    );
  }
  return { examples: count, figures: found };
}

/** The mean loss. Ends where the model makes no number of an example. */
function finiteLoss(loss: Losses): ModelMetric {
  const metric = meanLoss(loss);
  return {
    ...metric,
    bind(model, links) {
      const observe = metric.bind(model, links);
      const output = model.outputs[0] as string;
      return (tape, examples) => {
        expectFiniteOutput(tape.value(output), examples);
        return observe(tape, examples);
      };
    },
  };
}

/** How good a model is on some examples. */
export interface Figures {
  /** Mean loss per example. */
  readonly loss: number;
  /** Share of the examples, in [0, 1], whose label is the most probable one; absent where there are no labels. */
  readonly accuracy?: number;
}

/** `loss 0.2011, accuracy 94.10 %`. */
export function formatFigures({ loss, accuracy }: Figures): string {
  const text = `loss ${formatSignificant(loss, 4)}`;
  return accuracy === undefined ? text : `${text}, accuracy ${formatPercent(accuracy)}`;
}

/**
 * Refuses what a model makes of a minibatch where it is no number.
 *
 * @throws {DataError} naming the row of the first such example.
 */
export function expectFiniteOutput(output: Tensor, examples: Examples): void {
  const values = elements(output);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return;
  throw new DataError(
    `expected a finite number from the model, got ${values[wrong]}; look for inputs that are not finite or very large, or for a model that has diverged`,
    examples.locate?.(Math.floor((wrong * examples.size) / values.length)),
  );
}
