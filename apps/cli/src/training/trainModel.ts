import { writeFile } from 'node:fs/promises';
import { expectModelFolder, expectSavable, saveTraining } from '@fluxion/checkpoint';
import { type BadRowOptions, openExamples, type Position, type Source } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { type OptimizerState, optimizerState, type Schedule } from '@fluxion/optim';
import { averageWeights, examples, type Step } from '@fluxion/pipeline';
import { report as reportPage, type Setting } from '@fluxion/report';
import { DataError, hasBlas, type Json, type KernelsName, type Saved } from '@fluxion/tensor';
import { formatCount, printLine } from '@fluxion/terminal';
import { identity, take } from 'rxjs';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import type { Host } from '../host.js';
import { batchSizeFor, measure } from '../measuring/measure.js';
import type { BestEpoch, ModelAbout } from '../model/modelAbout.js';
import { countParameters } from '../model/modelSummary.js';
import { openModel } from '../model/openModel.js';
import type { Task } from '../model/task.js';
import type { ActivationName } from '../options/networkOptions.js';
import { createOptimizer, type OptimizerOptions, trainedWithOf } from '../options/optimizerOptions.js';
import { createRegularizer, type RegularizerOptions } from '../options/regularizerOptions.js';
import { createSchedule, type ScheduleOptions } from '../options/scheduleOptions.js';
import { openSource, readShape } from '../sources/openSource.js';
import { UsageError } from '../usageError.js';
import { bestModel, copyAverage, LOOKS, restoreWeights, saveWeights, twinOf } from './bestModel.js';
import { deadUnits } from './deadUnits.js';
import { holdOutRows, USUAL, type Validation } from './heldOut.js';
import { jsonReport } from './jsonReport.js';
import { type Prepared, prepareTraining } from './prepareTraining.js';
import { type Recipe, recipe, SMALL, simplerRecipes } from './recipe.js';
import { runEpochs } from './runEpochs.js';
import { recordRun } from './runRecord.js';
import { baseline, targetCounts } from './targetCounts.js';
import { textReport } from './textReport.js';
import { positionAfter, trainedSoFar, trainingOrder } from './trainingOrder.js';
import { quietReport, type Resumption } from './trainingReport.js';
import { inputWarnings, resultWarning } from './warnings.js';

/** What the command line says. */
export interface TrainOptions extends RegularizerOptions, ScheduleOptions, Partial<OptimizerOptions> {
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly model?: string;
  readonly loss?: string;
  readonly weight?: string;
  readonly classWeights?: string;
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly patience?: number;
  readonly average?: number;
  readonly seed?: number;
  readonly shuffle: boolean;
  readonly onBadRow?: BadRowOptions['onBadRow'];
  readonly maxBadShare?: number;
  readonly kernels?: KernelsName;
  readonly validation?: Validation;
  readonly out?: string;
  /** Whether a page of the run is written beside the model. */
  readonly report?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Trains a model on a table as the command line says, and saves it where it says, with all that it takes to go on.
 *
 * @param signal ends training after the step at hand, and what there is by then is saved
 */
export async function trainModel(
  data: readonly string[],
  given: TrainOptions,
  { stdout }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { out, seed, kernels } = given;
  if (out !== undefined) await expectModelFolder(out);
  const opened = given.model === undefined ? undefined : await openModel(given.model, { seed, kernels });
  const before = opened?.encoded?.about ?? opened?.about;
  const named = openSource(data, given);
  const { schema, rows, badRows } = await readShape(named, signal);
  if (rows === 0) {
    throw new DataError('expected rows to learn from, got names of columns alone; give data with rows', {
      file: named.name,
    });
  }
  const validation = given.validation ?? usualValidation(before);
  const held = holdOutRows(validation, rows);
  const recipes = (width: number) => recipesFor(given, opened !== undefined, held.trainingRows ?? 0, width);
  const table = { source: named, schema, rows: held.training, size: held.trainingRows ?? 0 };
  // Before what may take long; JSON begins with the plan all the same.
  let isSaid = out !== undefined || given.json === true || given.quiet === true;
  const sayLost = (): void => {
    if (!isSaid) printLine(stdout, `warning: ${LOST}`);
    isSaid = true;
  };
  const prepared = await prepareTraining(table, { ...given, recipes, beforeTrials: sayLost }, opened, signal);
  sayLost();
  const { model, task, source, encoder, choice, chosen } = prepared;
  const options = {
    decreaseConstant: 0,
    ...defined(given),
    ...chosen,
  };
  const { epochs } = options;
  const optimizer = createOptimizer(options, rateOf(options, held.trainingRows, before?.epochs));
  if (out !== undefined) expectSavable(model);
  const order = await trainingOrder(data, { ...options, validation, rows }, before);
  const from = positionAfter(before, order);

  const report = recordRun(
    options.json
      ? jsonReport(stdout)
      : options.quiet
        ? quietReport
        : textReport(stdout, epochs, held.trainingRows),
    epochs,
  );
  // A wrong file is found out now, not after the first epoch.
  const measured = await validationTable(validation, prepared, source, held.validation, signal);
  report.start({
    model,
    task,
    rows,
    ...held,
    choice,
    hints: blasHint(options, countParameters(model) * (rows ?? 0)),
  });
  if (out === undefined && given.json) report.warn(LOST);
  if (badRows > 0) report.warn(`rows left out, since they cannot be read: ${formatCount(badRows)}`);
  for (const doubt of prepared.doubts) report.warn(doubt);
  const state = optimizerState(optimizer, model);
  if (before !== undefined || opened?.saved.has('optimizer')) {
    report.resume({ from, ...resumeOptimizer(state, opened?.saved.get('optimizer')) });
  }
  const average =
    options.average > 0 ? averageWeights<Step>(model, { decay: options.average, every: LOOKS }) : undefined;
  // What is measured and saved.
  const shown = average === undefined ? model : twinOf(model);
  const settle = (): void => {
    if (average !== undefined) copyAverage(model, average, shown);
  };
  settle();
  const best = bestModel(shown);
  if (before?.best !== undefined) best.keep();
  const last = opened?.saved.get('last');
  if (last !== undefined) restoreWeights(model, last);
  const averagedBefore = opened?.saved.get('average');
  if (averagedBefore?.options.decay === options.average) average?.restore(averagedBefore);
  settle();
  const trainedWith = epochs === 0 ? before?.trainedWith : trainedWithOf(options);
  const save = async (position: Position, epoch: BestEpoch | undefined): Promise<void> => {
    if (out === undefined) return;
    const isLatest = epoch === undefined || (epoch.epoch === position.epoch && position.row === 0);
    const about = { ...prepared.about, ...trainedSoFar(position, order), best: epoch, trainedWith };
    await saveTraining(out, isLatest ? shown : best.model, {
      saved: {
        optimizer: state.save(),
        ...((average !== undefined || !isLatest) && { last: saveWeights(model) }),
        ...(average && { average: average.save() }),
      },
      about: JSON.parse(JSON.stringify(about)) as Json,
    });
  };
  let counts = targetCounts(task);
  try {
    const result = await runEpochs(
      {
        model,
        task,
        source,
        examples: {
          ...task.examples(true),
          rows: held.training,
          shuffle: order.shuffle,
          seed: order.seed,
          batchSize: options.batchSize,
        },
        optimizer,
        regularizer: createRegularizer(options),
        epochs,
        from,
        best: before?.best,
        patience: options.patience,
        isDecided: choice !== undefined,
        watch: average ?? identity,
        settle,
        keep: best.keep,
        save: seldom(save),
        validate:
          measured &&
          (async (signal) => {
            counts = targetCounts(task);
            const { source, rows } = measured;
            return (await measure(shown, task, source, { rows, watch: counts.add, signal })).figures;
          }),
      },
      report,
      signal,
    );
    await save(result.position, result.best);
    const beaten =
      result.validation && result.targets.outputs.every(({ examples }) => examples > 0)
        ? baseline(task, result.targets, counts)
        : undefined;
    for (const warning of inputWarnings(encoder)) report.warn(warning);
    if (measured !== undefined && epochs > 0 && !signal.aborted) {
      const few = examples(measured.source, {
        ...task.examples(true),
        rows: measured.rows,
        batchSize: batchSizeFor(model, 256),
      });
      for (const warning of await deadUnits(best.model, few.pipe(take(4)))) report.warn(warning);
    }
    const poor = beaten && result.validation && resultWarning(result.validation, beaten);
    if (poor) report.warn(poor);
    const page =
      out === undefined || measured === undefined || epochs === 0 || options.report === false
        ? undefined
        : `${out}.html`;
    report.end({ ...result, baseline: beaten, out, page });
    if (page !== undefined && measured !== undefined && !signal.aborted) {
      await writeFile(
        page,
        reportPage(await report.run(best.model, measured, settingsOf(options, model), signal)),
      );
    }
  } catch (error) {
    report.clear();
    throw error;
  }
}

/** What is said where there is no --out. */
const LOST = 'without --out the model is not saved: it is lost when training ends';

/**
 * The learning rate over a run, which counts the updates of the runs before.
 *
 * @throws {UsageError} where it is to change by the updates, and these cannot be counted, or two options change it.
 */
function rateOf(
  options: ScheduleOptions & Recipe & { readonly decreaseConstant: number },
  rows: number | undefined,
  epochsBefore = 0,
): number | Schedule {
  const { schedule, warmUp, learningRate, batchSize, epochs, decreaseConstant } = options;
  if (schedule === undefined && !warmUp) return learningRate;
  if (decreaseConstant > 0) {
    throw new UsageError('--decrease-constant: expected none beside --schedule and --warm-up; leave one out');
  }
  if (rows === undefined) {
    throw new UsageError(
      '--schedule: expected data whose rows can be counted, got a stream; write it to a file first',
    );
  }
  return createSchedule(options, learningRate, (epochs + epochsBefore) * Math.ceil(rows / batchSize));
}

/** The choices that a run was made with, as its page has them. */
function settingsOf(
  { optimizer, learningRate, batchSize, l2 }: Recipe,
  { seed, kernels, dtype }: FlowGraph,
): readonly Setting[] {
  return [
    { name: 'optimizer', value: optimizer },
    { name: 'learning rate', value: String(learningRate) },
    { name: 'batch size', value: String(batchSize) },
    { name: 'l2', value: String(l2) },
    { name: 'seed', value: String(seed) },
    { name: 'kernels', value: `${kernels.name}, ${dtype}` },
    { name: 'machine', value: `Node ${process.versions.node}, ${process.platform} ${process.arch}` },
  ];
}

/** What a model was validated on before, or what is usual. */
function usualValidation(before: Pick<ModelAbout, 'epochs' | 'validation'> | undefined): Validation {
  if (before === undefined) return USUAL;
  return before.validation === undefined ? 'none' : { share: before.validation };
}

/** Rows that are too few to try recipes on. */
const FEW = 20;

/** Recipes under the options that are given, to be tried, or one. Whoever says how many epochs has decided. */
function recipesFor(
  options: TrainOptions,
  isTrained: boolean,
  rows: number,
  width: number,
): readonly Recipe[] {
  const usual = recipe(rows, width);
  const { optimizer = usual.optimizer } = options;
  // Whoever asks for SGD gets that of the course.
  const plain = optimizer === 'sgd' ? { batchSize: 1, l2: 0, learningRate: 0.01, average: 0 } : {};
  const isOpen = options.epochs === undefined && optimizer === 'adam' && !isTrained;
  const all = isOpen && rows >= FEW && rows <= SMALL ? simplerRecipes(usual, rows) : [usual];
  return all.map((one) => ({ ...one, ...plain, ...defined(options), optimizer }));
}

function defined(options: TrainOptions): Omit<TrainOptions, keyof Recipe> & Partial<Recipe> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** What a model is validated on; undefined where on nothing. */
async function validationTable(
  validation: Validation,
  { model, task, about, encoder }: Prepared,
  source: Source,
  rows: ((row: number) => boolean) | undefined,
  signal: AbortSignal,
): Promise<{ readonly source: Source; readonly rows: ((row: number) => boolean) | undefined } | undefined> {
  if (validation === 'none') return undefined;
  if ('share' in validation) return rows && { source, rows };
  const own = openSource([validation.file]);
  if (encoder === undefined && 'target' in about) {
    const known = { target: about.target.columns, model, about: { ...about, epochs: 0, seed: 0 } };
    expectFits(model, await findColumns(own, known, signal), own.name);
  } else await readThrough(own, task, signal);
  return { source: own, rows: undefined };
}

/** @throws {DataError} on a row that cannot be used. */
async function readThrough(source: Source, task: Task, signal: AbortSignal): Promise<void> {
  const reader = await openExamples(source, { ...task.examples(true), batchSize: 256 }, signal);
  try {
    while (await reader.advance()) while (reader.next() !== undefined);
  } finally {
    await reader.close();
  }
}

/** Goes on with what the optimizer had come to when the model was saved, or says why it begins anew. */
function resumeOptimizer(state: OptimizerState, saved: Saved | undefined): Omit<Resumption, 'from'> {
  const anew = saved === undefined ? 'its state was not saved with the model' : state.misfit(saved);
  if (saved !== undefined && anew === undefined) state.restore(saved);
  return { updates: state.step, anew };
}

/** Saves no more often than that training takes at least half of the time. */
function seldom<Given extends unknown[]>(save: (...given: Given) => Promise<void>): typeof save {
  let end = Number.NEGATIVE_INFINITY;
  let took = 0;
  return async (...given) => {
    const start = performance.now();
    if (start - end < took) return;
    await save(...given);
    end = performance.now();
    took = end - start;
  };
}

/** Minibatches from this size on gain from a BLAS; smaller ones are bound by other things. */
const GAINS_FROM = 16;

/** Weights times examples that take about a minute of training: less is not worth a word. */
const MINUTE = 1e11;

/**
 * A line that speaks of `--kernels blas` where it would make this run faster; none where it would not.
 *
 * @param products weights times rows
 */
function blasHint(
  {
    batchSize,
    kernels,
    epochs,
  }: { readonly batchSize: number; readonly epochs: number; readonly kernels?: KernelsName },
  products: number,
): readonly string[] {
  if (batchSize < GAINS_FROM || kernels !== undefined || products * epochs < MINUTE) return [];
  return [
    hasBlas()
      ? 'minibatches would be faster with --kernels blas: there is a BLAS on this machine'
      : "minibatches would be faster with --kernels blas, a BLAS (as Debian's libopenblas0-pthread) and npm install koffi",
  ];
}
