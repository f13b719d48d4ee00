import {
  expectModelFolder,
  expectSavable,
  firstDifference,
  removeCheckpoints,
  saveTraining,
} from '@fluxion/checkpoint';
import type { BadRowOptions } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { type OptimizerState, optimizerState } from '@fluxion/optim';
import { averageWeights, checkpoint, examples, type Step } from '@fluxion/pipeline';
import type { Setting } from '@fluxion/report';
import { type CheckpointError, DataError, type Json, type KernelsName, type Saved } from '@fluxion/tensor';
import { formatCount, printLine } from '@fluxion/terminal';
import { identity, take } from 'rxjs';
import type { Host } from '../host.js';
import { batchSizeFor, measuring } from '../measuring/measure.js';
import type { ModelAbout } from '../model/modelAbout.js';
import { countParameters } from '../model/modelSummary.js';
import { openModel } from '../model/openModel.js';
import type { Network } from '../model/tower.js';
import type { ActivationName } from '../options/networkOptions.js';
import { type OptimizerOptions, trainedWithOf } from '../options/optimizerOptions.js';
import type { RegularizerOptions } from '../options/regularizerOptions.js';
import type { ScheduleOptions } from '../options/scheduleOptions.js';
import { noticesTo } from '../output/noticesTo.js';
import { stageLine } from '../output/stageLine.js';
import { openSource, readShape } from '../sources/openSource.js';
import { pictureWidth } from '../sources/pictures.js';
import { usableTable } from '../sources/usableTable.js';
import { measureBaseline } from './baseline.js';
import { AVERAGED_EVERY, bestModel, cloneModel, restoreWeights, saveWeights } from './bestModel.js';
import { blasHint } from './blasHint.js';
import { deadUnits } from './deadUnits.js';
import { DEFAULT_VALIDATION, holdOutRows, type Validation } from './heldOut.js';
import { jsonReport } from './jsonReport.js';
import { prepareTraining } from './prepareTraining.js';
import { progressiveFigures } from './progressiveFigures.js';
import { type Recipe, recipe, SMALL_TABLE, simplerRecipes, withoutTwins } from './recipe.js';
import { runEpochs } from './runEpochs.js';
import { RunProgress } from './runProgress.js';
import { recordRun } from './runRecord.js';
import {
  checkpointsOf,
  findRun,
  otherRun,
  resumeRun,
  runOptions,
  type SavedRun,
  tellFinished,
} from './savedRun.js';
import { textReport } from './textReport.js';
import { throttledSave } from './throttledSave.js';
import { positionAfter, trainedSoFar, trainingOrder } from './trainingOrder.js';
import { quietReport, type Resumption } from './trainingReport.js';
import { optimizerOf, regularizerOf } from './updateRules.js';
import { validationTable } from './validationTable.js';
import { inputWarnings, resultWarning } from './warnings.js';
import { writePage } from './writePage.js';

/** What the command line says. */
export interface TrainOptions extends RegularizerOptions, ScheduleOptions, Partial<OptimizerOptions> {
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly network?: Network;
  readonly imageSize?: number;
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
  /** Whether a run of this name is forgotten, and may go on where rows have been added to its files. */
  readonly restart?: boolean;
  readonly appended?: boolean;
  /** Whether a page of the run is written beside the model. */
  readonly report?: boolean;
  /** Whether it is told after 1, 2, 4, … examples how well they were predicted. */
  readonly progressive?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Trains a model on a table as the command line says, and saves it where it says, with all that it takes to go on.
 *
 * @param signal ends training after the current step, and what there is by then is saved
 */
export async function trainModel(
  data: readonly string[],
  given: TrainOptions,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = host;
  const { out, seed, kernels } = given;
  const notice = noticesTo(host, given);
  if (out !== undefined) await expectModelFolder(out);
  const damage: CheckpointError[] = [];
  const asked = await runOptions(given);
  const { checkpoint: saved, finished }: SavedRun =
    out === undefined ? {} : await findRun(out, given, asked, (error) => damage.push(error));
  const { plan } = saved ?? {};
  const start = saved?.folder ?? given.model;
  const opened = start === undefined ? undefined : await openModel(start, { seed, kernels });
  const width = pictureWidth(opened?.encoded?.encoder) ?? given.imageSize ?? IMAGE_SIZE;
  const table = openSource(data, { ...given, notice, pictureWidth: width });
  // What the command line says of columns is in the encoder that was saved.
  const own =
    saved !== undefined && opened?.encoded !== undefined ? { input: undefined, loss: undefined } : {};
  // A run that began without an encoder goes on without the same rows.
  const known = given.model === undefined ? undefined : opened?.encoded?.encoder;
  const named = usableTable(table, { ...given, ...own }, known);
  const before = saved === undefined ? (opened?.encoded?.about ?? opened?.about) : plan?.before;
  const stage = stageLine(stdout, given.json || given.quiet);
  const { schema, rows, badRows } = await stage.during(`reading ${named.name}`, () =>
    readShape(named, signal),
  );
  if (rows === 0) {
    throw new DataError('expected rows to learn from, got names of columns alone; give data with rows', {
      file: named.name,
    });
  }
  const validation = given.validation ?? usualValidation(before);
  const held = holdOutRows(validation, rows);
  const order = await trainingOrder(named, { seed, shuffle: given.shuffle, validation, held }, before);
  if (out !== undefined && finished !== undefined) {
    if (firstDifference(finished, order.run) !== undefined) {
      throw otherRun(out, 'expected the data with which it was trained, got other data');
    }
    tellFinished(out, given, stdout);
    return;
  }
  const recipes = (width: number) =>
    plan === undefined
      ? recipesFor(given, opened !== undefined, held.trainingRows ?? 0, width)
      : [plan.recipe];
  const trained = { source: named, schema, rows: held.training, size: held.trainingRows ?? 0 };
  // JSON begins with the plan all the same.
  let isSaid = out !== undefined || given.json === true || given.quiet === true;
  const warnUnsaved = (): void => {
    if (!isSaid) printLine(stdout, `warning: ${UNSAVED}`);
    isSaid = true;
  };
  const ruleOptions = (recipe: Recipe) => ({ decreaseConstant: 0, ...defined(given), ...recipe });
  const beforeTrials = (): void => {
    stage.next('trying networks');
    warnUnsaved();
  };
  const asks = {
    ...given,
    ...own,
    ...(known && { target: undefined }),
    recipes,
    ruleOptions,
    beforeTrials,
  };
  const prepared = await stage.during('looking at the columns', () =>
    prepareTraining(trained, asks, opened, signal),
  );
  const { model, task, source, encoder, choice, chosen } = prepared;
  const isDecided = plan?.isDecided ?? choice !== undefined;
  const options = ruleOptions(chosen);
  const { epochs } = options;
  const optimizer = optimizerOf(options, { rows: held.trainingRows, epochsBefore: before?.epochs });
  if (out !== undefined) expectSavable(model);
  const from = plan?.from ?? positionAfter(before, order);

  const report = recordRun(
    options.json
      ? jsonReport(stdout)
      : options.quiet
        ? quietReport
        : textReport(stdout, epochs, held.trainingRows),
    epochs,
  );
  // A wrong file is found out now, not after the first epoch.
  const measured = await validationTable(
    validation,
    prepared,
    source,
    { rows: held.validation, notice, bad: { onBadRow: given.onBadRow, maxBadShare: given.maxBadShare } },
    signal,
  );
  const isPaged = out !== undefined && epochs > 0 && options.report !== false;
  const pagePath = isPaged && measured !== undefined ? `${out}.html` : undefined;
  warnUnsaved();
  report.start({
    model,
    task,
    rows,
    ...held,
    choice,
    hints: [
      ...blasHint(options, countParameters(model) * (rows ?? 0)),
      ...(isPaged && measured === undefined ? [NO_PAGE] : []),
    ],
  });
  if (out === undefined && given.json) report.warn(UNSAVED);
  if (badRows > 0) report.warn(`rows left out, since they cannot be used: ${formatCount(badRows)}`);
  for (const warning of [...prepared.warnings, ...damage.map(({ message }) => message)]) report.warn(warning);
  const state = optimizerState(optimizer, model);
  const average =
    options.average > 0
      ? averageWeights<Step>(model, { decay: options.average, every: AVERAGED_EVERY })
      : undefined;
  // What is measured and saved.
  const shown = average === undefined ? model : cloneModel(model);
  const settle = (): void => average?.copyTo(shown);
  settle();
  const best = bestModel(shown);
  if (saved === undefined) {
    if (before !== undefined || opened?.saved.has('optimizer')) {
      report.resume({ from, ...resumeOptimizer(state, opened?.saved.get('optimizer')) });
    }
    if (before?.best !== undefined) best.keep();
    const last = opened?.saved.get('last');
    if (last !== undefined) restoreWeights(model, last);
    const averagedBefore = opened?.saved.get('average');
    if (averagedBefore?.options.decay === options.average) average?.restore(averagedBefore);
    settle();
  }
  const trainedWith = epochs === 0 ? before?.trainedWith : trainedWithOf(options);
  const progressive = given.progressive ? progressiveFigures(task) : undefined;
  const progress = new RunProgress(model, task, { position: from, best: before?.best });
  const read = {
    ...task.examples(true),
    rows: held.training,
    shuffle: order.shuffle,
    seed: order.seed,
    batchSize: options.batchSize,
  };
  const saving =
    out !== undefined && epochs > 0
      ? checkpoint(
          checkpointsOf(out),
          {
            model,
            optimizer,
            source: named,
            examples: read,
            parts: {
              ...(average && { average }),
              ...(progressive && { progressive }),
              best,
              progress,
              record: report,
            },
            about: toJson({
              ...prepared.about,
              command: { options: asked, recipe: chosen, isDecided, before, from },
            }),
          },
          { warn: ({ message }) => report.warn(message) },
        )
      : undefined;
  if (out !== undefined && saved !== undefined) {
    progress.position = await resumeRun(out, saving, options.appended);
    report.resume({ from: progress.position, updates: state.step });
  }
  const save = async (isFinished = false): Promise<void> => {
    if (out === undefined) return;
    const { position, best: epoch } = progress;
    const isLatest = epoch === undefined || (epoch.epoch === position.epoch && position.row === 0);
    const about = {
      ...prepared.about,
      ...trainedSoFar(position, order),
      best: epoch,
      trainedWith,
      ...(isFinished && { finished: { options: asked, run: order.run } }),
    };
    await saveTraining(out, isLatest ? shown : best.model, {
      saved: {
        optimizer: state.save(),
        ...((average !== undefined || !isLatest) && { last: saveWeights(model) }),
        ...(average && { average: average.save() }),
      },
      about: toJson(about),
    });
  };
  const saveInTurn = throttledSave(save, (error) => report.warn(error.message));
  try {
    await runEpochs(
      {
        model,
        task,
        source,
        examples: read,
        optimizer,
        regularizer: regularizerOf(options),
        epochs,
        before: from.epoch,
        patience: options.patience,
        isDecided,
        watch: average ?? identity,
        progressive,
        settle,
        keep: best.keep,
        save: saveInTurn,
        measuring: measured && measuring(shown, task, measured.source, { rows: measured.rows, signal }),
        checkpoint: saving ?? identity,
      },
      progress,
      report,
      signal,
    );
    await save(!signal.aborted);
    const result = { ...progress.result, stopped: signal.aborted };
    const beaten =
      measured &&
      result.validation &&
      !signal.aborted &&
      progress.trained.outputs.every(({ examples }) => examples > 0)
        ? await stage.during('measuring the baseline', () =>
            measureBaseline(
              best.model,
              task,
              progress.trained,
              measuring(best.model, task, measured.source, { rows: measured.rows, signal }).examples,
            ),
          )
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
    const poor = beaten && !signal.aborted && resultWarning(beaten);
    if (poor) report.warn(poor);
    const summary = { ...result, baseline: signal.aborted ? undefined : beaten };
    const page =
      pagePath && measured && !signal.aborted
        ? await stage.during('writing the report', () =>
            writePage(
              pagePath,
              () => report.run(summary, best.model, measured, settingsOf(options, model), signal),
              (text) => report.warn(text),
              signal,
            ),
          )
        : undefined;
    report.end({ ...summary, stopped: signal.aborted, out, page });
    if (out !== undefined && !signal.aborted) await removeCheckpoints(checkpointsOf(out));
  } catch (error) {
    report.clear();
    throw error;
  }
}

/** What is said where a page was to be written, of rows that there are not. */
const NO_PAGE = 'no report is written: no rows are held out to measure the model on';

/** What is said where there is no --out. */
const UNSAVED = 'without --out the model is not saved: it is lost when training ends';

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
  if (before === undefined) return DEFAULT_VALIDATION;
  return before.validation === undefined ? 'none' : { share: before.validation };
}

/** Pixels of a side that pictures are brought to. */
const IMAGE_SIZE = 32;

/** Rows that are too few to try recipes on. */
const FEWEST_ROWS = 20;

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
  const all = isOpen && rows >= FEWEST_ROWS && rows <= SMALL_TABLE ? simplerRecipes(usual, rows) : [usual];
  return withoutTwins(all.map((one) => ({ ...one, ...plain, ...defined(options), optimizer })));
}

function defined(options: TrainOptions): Omit<TrainOptions, keyof Recipe> & Partial<Recipe> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** Goes on with what the optimizer had come to when the model was saved, or says why it begins anew. */
function resumeOptimizer(state: OptimizerState, saved: Saved | undefined): Omit<Resumption, 'from'> {
  const anew = saved === undefined ? 'its state was not saved with the model' : state.misfit(saved);
  if (saved !== undefined && anew === undefined) state.restore(saved);
  return { updates: state.step, anew };
}

function toJson<T extends object>(about: T): { readonly [name: string]: Json } {
  return JSON.parse(JSON.stringify(about));
}
