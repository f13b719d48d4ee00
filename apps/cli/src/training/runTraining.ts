import type { ExamplesOptions, Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { DivergenceError, examples, type TrainOptions, train } from '@fluxion/pipeline';
import type { Figures } from '../measuring/figures.js';
import { untilAborted } from '../untilAborted.js';
import { diverged, expectFinite } from './divergence.js';
import type { EpochProgress, TrainingReport, TrainingResult } from './trainingReport.js';

/** A model, and what it is to learn from and how. */
export interface Training {
  readonly model: FlowGraph;
  readonly source: Source;
  /** Columns, order and batch size. */
  readonly examples: Omit<ExamplesOptions, 'epochs' | 'from'>;
  readonly rule: TrainOptions;
  /** How many epochs to train. */
  readonly epochs: number;
  /** Epochs that the model has been trained for before: the order of examples goes on from there. */
  readonly trained: number;
  /** Measures the model after an epoch; absent where there is nothing to measure it on. */
  readonly validate: ((signal: AbortSignal) => Promise<Figures>) | undefined;
}

/**
 * Trains epoch by epoch, and validates after each. An abort ends it after the step at hand; what there is by then is the
 * result.
 *
 * @throws {Error} when the loss is no finite number any more; {DataError} on data that cannot be used.
 */
export async function runTraining(
  training: Training,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<TrainingResult> {
  const { epochs, validate } = training;
  let total = 0;
  let finished = 0;
  let loss: number | undefined;
  let validation = epochs === 0 ? await validate?.(signal) : undefined;
  for (let epoch = 1; epoch <= epochs && !signal.aborted; epoch++) {
    const result = await trainEpoch(training, epoch, report, signal);
    total += result.examples;
    if (result.examples > 0) loss = result.loss;
    if (signal.aborted) break;
    expectFinite(training.model, epoch);
    finished = epoch;
    if (validate !== undefined) {
      report.validating(result);
      const figures = await validate(signal);
      if (signal.aborted) break;
      validation = figures;
    }
    report.epoch({ ...result, validation });
  }
  return { examples: total, epochs: finished, loss, validation };
}

async function trainEpoch(
  { model, source, rule, trained, ...training }: Training,
  epoch: number,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<EpochProgress> {
  const index = trained + epoch - 1;
  const start = performance.now();
  let count = 0;
  let sum = 0;
  const progress = (): EpochProgress => ({
    epoch,
    examples: count,
    seconds: (performance.now() - start) / 1000,
    loss: sum / count,
  });
  await examples(source, {
    ...training.examples,
    from: { epoch: index, block: 0, row: 0 },
    epochs: index + 1,
  })
    .pipe(train(model, rule), untilAborted(signal))
    .forEach(({ size, loss }) => {
      count += size;
      sum += loss * size;
      report.progress(progress());
    })
    .catch((error: unknown) => {
      throw error instanceof DivergenceError ? diverged(epoch, error) : error;
    });
  return progress();
}
