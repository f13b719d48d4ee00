import type { ExamplesOptions, Position, Source } from '@fluxion/data';
import type { FlowGraph, Regularizer } from '@fluxion/graph';
import type { Optimizer } from '@fluxion/optim';
import {
  bprop,
  DivergenceError,
  evaluate,
  examples,
  type Forward,
  fprop,
  meanLoss,
  type Step,
  untilAborted,
  update,
} from '@fluxion/pipeline';
import { type MonoTypeOperatorFunction, take, tap } from 'rxjs';
import type { Figures } from '../measuring/figures.js';
import { batchSizeFor, figuresOf, outputMetrics } from '../measuring/measure.js';
import type { BestEpoch } from '../model/modelAbout.js';
import { lossesOf, type Task } from '../model/task.js';
import { type TargetCounts, targetCounts } from './targetCounts.js';
import type { EpochProgress, TrainingReport } from './trainingReport.js';
import { diverged, expectFinite, riseWarning } from './warnings.js';

/** A model, and what it is to learn from and how. */
export interface Training {
  readonly model: FlowGraph;
  readonly task: Task;
  readonly source: Source;
  /** Columns, rows, order and batch size. */
  readonly examples: ExamplesOptions;
  readonly optimizer: Optimizer;
  readonly regularizer: Regularizer;
  /** How many epochs to train. */
  readonly epochs: number;
  /** Where the order of examples goes on: after the epochs that the model has been trained for before. */
  readonly from: Position;
  /** The best epoch before that. */
  readonly best: BestEpoch | undefined;
  /** Epochs without a better validation loss, after which training stops. */
  readonly patience: number;
  /** Whether the number of epochs has been found out before, so that the last one counts as the best. */
  readonly isDecided: boolean;
  /** Stands after the update, and sees each step. */
  readonly watch: MonoTypeOperatorFunction<Step>;
  /** Is told when an epoch is over, before it is measured. */
  readonly settle: () => void;
  /** Measures the model after an epoch; absent where there is nothing to measure it on. */
  readonly validate: ((signal: AbortSignal) => Promise<Figures>) | undefined;
  /** Is told of each epoch that is the best so far, before it is saved. */
  readonly keep: () => void;
  /** Keeps what there is after an epoch, so that a process that is killed loses no more than the next one. */
  readonly save: (position: Position, best: BestEpoch | undefined) => Promise<void>;
}

/** What training came to, or as much of it as there was until it was stopped. */
export interface TrainedEpochs {
  readonly examples: number;
  /** Epochs that were finished. */
  readonly epochs: number;
  /** Mean loss over the examples of the last epoch; absent where there was none. */
  readonly loss: number | undefined;
  /** Figures of the best epoch of this run, or of the model as it is where nothing was trained. */
  readonly validation: Figures | undefined;
  readonly best: BestEpoch | undefined;
  /** Where the order of examples goes on. */
  readonly position: Position;
  /** Whether it was asked to stop before its end. */
  readonly stopped: boolean;
  /** Whether validation got no better any more. */
  readonly stoppedEarly: boolean;
  /** Targets of the examples of the first epoch. */
  readonly targets: TargetCounts;
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
): Promise<TrainedEpochs> {
  const { model, task, epochs, from, validate, patience, isDecided, settle } = training;
  const targets = targetCounts(task);
  let { best } = training;
  let [total, finished] = [0, 0];
  let loss: number | undefined;
  let validation = epochs === 0 ? await validate?.(signal) : undefined;
  let position = from;
  let stoppedEarly = false;
  const before = epochs === 0 ? 0 : await lossBefore(training, signal);
  for (let epoch = 1; epoch <= epochs && !signal.aborted && !stoppedEarly; epoch++) {
    const result = await trainEpoch(training, epoch, { report, targets, signal });
    total += result.examples;
    if (result.examples > 0) loss = result.loss;
    position = result.position ?? position;
    const end = from.epoch + epoch;
    if (signal.aborted && position.epoch !== end) break;
    position = { epoch: end, row: 0 };
    expectFinite(model, epoch);
    finished = epoch;
    settle();
    let figures: Figures | undefined;
    if (validate !== undefined && !signal.aborted) {
      report.validating(result);
      figures = await validate(signal);
      // Half a table's figures are of no use.
      if (signal.aborted) figures = undefined;
    }
    if (figures !== undefined && (isDecided || !(figures.loss >= (best?.loss ?? Number.POSITIVE_INFINITY)))) {
      best = { epoch: end, loss: figures.loss };
      validation = figures;
      training.keep();
    }
    report.epoch({ ...result, validation: figures });
    await training.save(position, best);
    stoppedEarly = best !== undefined && figures !== undefined && end - best.epoch >= patience;
  }
  settle();
  const rise = riseWarning(before, loss);
  if (rise !== undefined) report.warn(rise);
  const stopped = signal.aborted;
  stoppedEarly &&= finished < epochs;
  return {
    examples: total,
    epochs: finished,
    loss,
    validation,
    best,
    position,
    stopped,
    stoppedEarly,
    targets,
  };
}

/** Mean loss over a few examples before the first update. */
async function lossBefore(
  { model, task, source, examples: given }: Training,
  signal: AbortSignal,
): Promise<number> {
  const few = examples(source, { ...given, shuffle: false, batchSize: batchSizeFor(model, FEW) }).pipe(
    take(1),
    untilAborted(signal),
  );
  return (await evaluate(model, few, { loss: meanLoss(lossesOf(task)) })).loss;
}

/** Examples that tell well enough where a loss begins. */
const FEW = 100;

/** An epoch, the figures over its examples as they were trained on, and the position of its last step. */
interface TrainedEpoch extends EpochProgress {
  readonly training: Figures;
  readonly position: Position | undefined;
}

async function trainEpoch(
  { model, task, source, optimizer, regularizer, from, watch, ...training }: Training,
  epoch: number,
  {
    report,
    targets,
    signal,
  }: { readonly report: TrainingReport; readonly targets: TargetCounts; readonly signal: AbortSignal },
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
  const counted = Object.entries(outputMetrics(task)).map(([name, { metric, bind }]) => ({
    name,
    running: metric.start(),
    observe: bind(model, {}),
  }));
  const count1 = ({ tape, examples }: Forward): void => {
    if (epoch === 1) targets.add(examples);
    for (const { running, observe } of counted) {
      const { predictions, targets, weights } = observe(tape, examples);
      running.add(predictions, targets, weights);
    }
  };
  await examples(source, {
    ...training.examples,
    from: epoch === 1 ? from : { epoch: index, row: 0 },
    epochs: index + 1,
  })
    .pipe(
      fprop(model, { mode: 'train' }),
      tap(count1),
      bprop(lossesOf(task), regularizer),
      update(optimizer),
      watch,
      untilAborted(signal),
    )
    .forEach(({ size, loss, position }) => {
      count += size;
      sum += loss * size;
      last = position;
      report.progress(progress());
    })
    .catch((error: unknown) => {
      throw error instanceof DivergenceError ? diverged(epoch, error) : error;
    });
  const figure = (wanted: string): number =>
    counted.find(({ name }) => name === wanted)?.running.value ?? Number.NaN;
  const done = progress();
  return { ...done, training: figuresOf(task, done.loss, figure), position: last };
}
