import type { Examples, ExamplesOptions, Source } from '@fluxion/data';
import type { FlowGraph, Regularizer } from '@fluxion/graph';
import { NonFinitePredictionError } from '@fluxion/metrics';
import type { Optimizer } from '@fluxion/optim';
import {
  bprop,
  DivergenceError,
  evaluate,
  examples,
  fprop,
  meanLoss,
  type Step,
  untilAborted,
  update,
  validate,
} from '@fluxion/pipeline';
import { identity, type MonoTypeOperatorFunction, take, takeWhile, tap } from 'rxjs';
import type { Figures } from '../measuring/figures.js';
import { batchSizeFor, type Measuring } from '../measuring/measure.js';
import { lossesOf, type Task } from '../model/task.js';
import type { TrainingReport } from '../reporting/trainingReport.js';
import { diverged, expectFinite, riseWarning } from '../reporting/warnings.js';
import type { Job } from './job.js';
import { type ProgressiveCount, progressiveSoFar } from './progressiveFigures.js';
import type { RunProgress } from './runProgress.js';

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
  /** Epochs that the model has been trained for before this run. */
  readonly before: number;
  /** Epochs without a better validation loss, after which training stops. */
  readonly patience: number;
  /** Whether the number of epochs has been found out before, so that the last one counts as the best. */
  readonly isDecided: boolean;
  /** The job that this is a rank of. */
  readonly job: Job | undefined;
  /** Stands after the update, and sees each step. */
  readonly watch: MonoTypeOperatorFunction<Step>;
  /** Sees the examples of the first epoch before they are learned from. */
  readonly see: (examples: Examples) => void;
  /** Counts how well examples are predicted, where that is to be told; absent where not. */
  readonly progressive: ProgressiveCount | undefined;
  /** Is told of the loss after each epoch: of validation, or where there is none of training. */
  readonly tell: (loss: number) => void;
  /** Is told when an epoch is over, before it is measured. */
  readonly settle: () => void;
  /** Measures the model after an epoch; absent where there is nothing to measure it on. */
  readonly measuring: Measuring | undefined;
  /** Is told of each epoch that is the best so far, before it is saved. */
  readonly keep: () => void;
  /** Is told of each epoch that is over and not the last. */
  readonly save: () => void;
  /** Stands last: what keeps all that the run is made of, so that it can be cut off anywhere. */
  readonly checkpoint: MonoTypeOperatorFunction<Step>;
}

/**
 * Trains epoch by epoch, and validates after each, from where the progress has come to. An abort ends it after the current step;
 * what there is by then is the result.
 *
 * @throws {StateError} when the loss is no finite number any more; {DataError} on data that cannot be used.
 */
export async function runEpochs(
  training: Training,
  progress: RunProgress,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<void> {
  const { model, source, task, epochs, before, measuring, isDecided, patience, job } = training;
  if (epochs === 0) {
    if (measuring === undefined) return;
    const found = await evaluate(measuring.model, measuring.examples, measuring.metrics, {
      merge: job?.merge,
    });
    if (!signal.aborted) progress.validation = measuring.figures(found);
    return;
  }
  const end = (step: Step & { readonly validation?: Readonly<Record<string, unknown>> }): void => {
    const result = progress.endEpoch(job);
    const epoch = before + progress.finished;
    progress.position = { epoch, row: 0 };
    const figures = step.validation && (measuring?.figures(step.validation) as Figures);
    const least = progress.best?.loss ?? Number.POSITIVE_INFINITY;
    if (figures !== undefined && (isDecided || !(figures.loss >= least))) {
      progress.best = { epoch, loss: figures.loss };
      progress.validation = figures;
      training.keep();
    }
    training.tell(figures?.loss ?? result.loss);
    report.epoch({ ...result, validation: figures });
    const { best, finished } = progress;
    const isWorse = best !== undefined && figures !== undefined && epoch - best.epoch >= patience;
    progress.stoppedEarly = isWorse && finished < epochs;
    if (!progress.stoppedEarly && finished < epochs) training.save();
  };
  /** A step that ended an epoch, until it has been measured. */
  let ended: Step | undefined;
  progress.lossBefore ??= await lossBefore(training, signal);
  progress.begin();
  /** Examples after which it is told next how well they were predicted: powers of 2. */
  let next = 2 ** Math.ceil(Math.log2(progress.examples + 1));
  const { progressive } = training;
  const steps = examples(source, {
    ...training.examples,
    from: progress.position,
    epochs: before + epochs,
  }).pipe(
    fprop(model, { mode: 'train' }),
    tap((forward) => {
      if (progress.finished === 0) training.see(forward.examples);
      progress.see(forward);
    }),
    progressive ?? identity,
    bprop(lossesOf(task), training.regularizer),
    job?.gradients ?? identity,
    update(training.optimizer),
    job?.parameters(training.optimizer) ?? identity,
    training.watch,
    tap((step) => {
      progress.step(step);
      report.progress(progress.progress);
      if (progressive !== undefined && progress.examples >= next) {
        report.progressive(progressiveSoFar(task, progressive));
        while (next <= progress.examples) next *= 2;
      }
      if (step.position?.row !== 0) return;
      ended = step;
      expectFinite(model, progress.finished + 1);
      training.settle();
      if (measuring !== undefined) report.validating(progress.progress);
    }),
    measuring === undefined
      ? identity
      : validate(measuring.model, measuring.examples, measuring.metrics, {
          merge: job?.merge,
        }),
    // Below `validate`, so that it is broken off too: half a table's figures are of no use.
    untilAborted(signal),
    tap((step) => {
      if (ended === undefined) return;
      ended = undefined;
      end(step);
    }),
    takeWhile(() => !progress.stoppedEarly, true),
    training.checkpoint,
  );
  try {
    if (!progress.stoppedEarly) await steps.forEach(() => {});
  } catch (error) {
    const isDivergence = error instanceof DivergenceError || error instanceof NonFinitePredictionError;
    throw isDivergence ? diverged({ epoch: progress.finished + 1, example: progress.met }, error) : error;
  }
  if (ended !== undefined) end(ended);
  else if (progress.progress.examples > 0) progress.loss = progress.progress.loss;
  training.settle();
  const rise = riseWarning(progress.lossBefore, progress.loss);
  if (rise !== undefined) report.warn(rise);
}

/** Mean loss over a few examples before the first update. */
async function lossBefore(
  { model, task, source, examples: given }: Training,
  signal: AbortSignal,
): Promise<number> {
  const few = examples(source, {
    ...given,
    shard: undefined,
    shuffle: false,
    batchSize: batchSizeFor(model, FIRST_EXAMPLES),
  }).pipe(take(1), untilAborted(signal));
  return (await evaluate(model, few, { loss: meanLoss(lossesOf(task)) })).loss;
}

/** Examples that tell well enough where a loss begins. */
const FIRST_EXAMPLES = 100;
