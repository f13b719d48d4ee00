import type { ColumnOptions, Position, ReadOptions, Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import {
  DivergenceError,
  evaluate,
  examples,
  meanLoss,
  type TrainOptions,
  train,
  untilAborted,
} from '@fluxion/pipeline';
import { take } from 'rxjs';
import { batchSizeFor, type Figures } from '../measuring/measure.js';
import type { EpochProgress, TrainingReport, TrainingResult } from './trainingReport.js';
import { diverged, expectFinite, riseWarning } from './warnings.js';

/** A model, and what it is to learn from and how. */
export interface Training {
  readonly model: FlowGraph;
  readonly source: Source;
  /** Columns, order and batch size. */
  readonly examples: Omit<ColumnOptions & ReadOptions, 'epochs' | 'from'>;
  readonly rule: TrainOptions;
  /** How many epochs to train. */
  readonly epochs: number;
  /** Where the order of examples goes on: after the epochs that the model has been trained for before. */
  readonly from: Position;
  /** Keeps what there is after an epoch, so that a process that is killed loses no more than the next one. */
  readonly save: (position: Position) => Promise<void>;
  /** Measures the model after an epoch; absent where there is nothing to measure it on. */
  readonly validate: ((signal: AbortSignal) => Promise<Figures>) | undefined;
}

/**
 * Trains epoch by epoch, and validates after each; the rest of one that was begun before counts as the first. An abort
 * ends it after the step at hand; what there is by then is the result.
 *
 * @throws {StateError} when the loss is no finite number any more; {DataError} on data that cannot be used.
 */
export async function runEpochs(
  training: Training,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<TrainingResult> {
  const { epochs, from, validate, save } = training;
  let total = 0;
  let finished = 0;
  let loss: number | undefined;
  let validation = epochs === 0 ? await validate?.(signal) : undefined;
  let position: Position | undefined;
  const before = epochs === 0 ? 0 : await lossBefore(training, signal);
  for (let epoch = 1; epoch <= epochs && !signal.aborted; epoch++) {
    const result = await trainEpoch(training, epoch, report, signal);
    total += result.examples;
    if (result.examples > 0) loss = result.loss;
    position = result.position ?? position;
    const end = from.epoch + epoch;
    if (signal.aborted && position?.epoch !== end) break;
    position = { epoch: end, row: 0 };
    expectFinite(training.model, epoch);
    finished = epoch;
    let figures: Figures | undefined;
    if (validate !== undefined && !signal.aborted) {
      report.validating(result);
      figures = await validate(signal);
      // Half a file's figures are of no use.
      if (signal.aborted) figures = undefined;
    }
    validation = figures ?? validation;
    report.epoch({ ...result, validation: figures });
    await save(position);
  }
  const rise = riseWarning(before, loss);
  if (rise !== undefined) report.warn(rise);
  return { examples: total, epochs: finished, loss, validation, position, stopped: signal.aborted };
}

/** Mean loss over a few examples before the first update. */
async function lossBefore(
  { model, source, examples: given, rule }: Training,
  signal: AbortSignal,
): Promise<number> {
  const few = examples(source, { ...given, shuffle: false, batchSize: batchSizeFor(model, FEW) }).pipe(
    take(1),
    untilAborted(signal),
  );
  return (await evaluate(model, few, { loss: meanLoss(rule.loss) })).loss;
}

/** Examples that tell well enough where a loss begins. */
const FEW = 100;

interface TrainedEpoch extends EpochProgress {
  /** That of the last step. */
  readonly position: Position | undefined;
}

async function trainEpoch(
  { model, source, rule, from, ...training }: Training,
  epoch: number,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<TrainedEpoch> {
  const index = from.epoch + epoch - 1;
  const start = performance.now();
  let count = 0;
  let sum = 0;
  let last: Position | undefined;
  const progress = (): EpochProgress => ({
    epoch,
    examples: count,
    seconds: (performance.now() - start) / 1000,
    loss: sum / count,
  });
  await examples(source, {
    ...training.examples,
    from: epoch === 1 ? from : { epoch: index, row: 0 },
    epochs: index + 1,
  })
    .pipe(train(model, rule), untilAborted(signal))
    .forEach(({ size, loss, position }) => {
      count += size;
      sum += loss * size;
      last = position;
      report.progress(progress());
    })
    .catch((error: unknown) => {
      throw error instanceof DivergenceError ? diverged(epoch, error) : error;
    });
  return { ...progress(), position: last };
}
