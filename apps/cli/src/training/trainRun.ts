import { saveTraining } from '@fluxion/checkpoint';
import { type OptimizerState, optimizerState, type PlateauSchedule } from '@fluxion/optim';
import { type Checkpoint, checkpoint } from '@fluxion/pipeline';
import type { Json, Saved } from '@fluxion/tensor';
import { filter, identity, pipe } from 'rxjs';
import { measuring } from '../measuring/measure.js';
import { trainedWithOf } from '../options/optimizerOptions.js';
import { recipeOf } from '../preparation/recipe.js';
import { regularizerOf } from '../preparation/updateRules.js';
import type { RunRecord } from '../reporting/runRecord.js';
import type { Resumption } from '../reporting/trainingReport.js';
import { ownPart } from '../sources/ownPart.js';
import { FarInputs } from './farInputs.js';
import type { Job } from './job.js';
import type { OpenedRun } from './openRun.js';
import type { PlannedRun } from './planRun.js';
import { progressiveFigures } from './progressiveFigures.js';
import { runEpochs } from './runEpochs.js';
import { RunProgress } from './runProgress.js';
import { type RunWeights, runWeights } from './runWeights.js';
import { checkpointsOf, resumeRun } from './savedRun.js';
import { throttledSave } from './throttledSave.js';
import { trainedSoFar } from './trainingOrder.js';

/** What a run has come to. */
export interface TrainedRun {
  readonly weights: RunWeights;
  readonly progress: RunProgress;
  /** Columns of numbers so far from 0 that they train badly. */
  readonly far: ReadonlySet<string>;
}

/** Trains, from where a checkpoint or a saved model was left, and saves all that it takes to go on, on the way and at the end. */
export async function trainRun(
  run: OpenedRun,
  planned: PlannedRun,
  report: RunRecord,
  signal: AbortSignal,
  job?: Job,
): Promise<TrainedRun> {
  const saves = job?.isFirst !== false;
  const { opened, before, order, held, plan } = run;
  const { prepared, options, optimizer, plateau, isDecided, from, measured } = planned;
  const { model, task, source } = prepared;
  const { epochs, out } = options;
  const state = optimizerState(optimizer, model);
  const weights = runWeights(model, options.average);
  if (plan === undefined) {
    if (before !== undefined || opened?.saved.has('optimizer')) {
      report.resume({ from, ...resumeOptimizer(state, opened?.saved.get('optimizer')) });
    }
    if (before?.best !== undefined) weights.best.keep();
    if (opened !== undefined) weights.restore(opened.saved);
    if (plateau !== undefined) resumePlateau(plateau, opened?.saved.get('plateau'));
  }
  const far = new FarInputs(prepared.about);
  const progressive = options.progressive ? progressiveFigures(task) : undefined;
  const progress = new RunProgress(model, task, { position: from, best: before?.best });
  const examples = {
    ...task.examples(true),
    rows: held.training,
    shuffle: order.shuffle,
    seed: order.seed,
    ...(job?.share(options.batchSize) ?? { batchSize: options.batchSize }),
  };
  let saving: Checkpoint | undefined;
  if (out !== undefined && epochs > 0) {
    saving = checkpoint(
      checkpointsOf(out),
      {
        model,
        optimizer,
        source: run.source,
        examples,
        parts: {
          ...weights.parts,
          ...(progressive && { progressive }),
          ...(plateau && { plateau }),
          progress,
          record: report,
        },
        about: toJson({
          ...prepared.about,
          command: { options: run.asked, recipe: prepared.chosen, isDecided, before, from },
        }),
      },
      { warn: ({ message }) => report.warn(message) },
    );
  }
  if (out !== undefined && plan !== undefined) {
    progress.position = await resumeRun(out, saving, options.appended);
    report.resume({ from: progress.position, updates: state.step });
    if (!saves) progress.countFromHere();
  }
  job?.expectAlike(
    toJson({ position: progress.position, recipe: recipeOf(options), model: model.description }),
    {
      weights: [...model.parameters, ...model.states].map((part) => model.valueOf(part)),
      optimizer: state.save(),
      ...(prepared.encoder && { encoder: prepared.encoder.save() }),
    },
  );
  const part = measured && job ? await ownPart(measured, job.ranks, signal) : measured;
  const save = async (isFinished = false): Promise<void> => {
    if (out === undefined || !saves) return;
    const { position, best } = progress;
    const isLatest = best === undefined || (best.epoch === position.epoch && position.row === 0);
    await saveTraining(out, isLatest ? weights.shown : weights.best.model, {
      saved: {
        optimizer: state.save(),
        ...weights.save(isLatest),
        ...(plateau && { plateau: plateau.save() }),
      },
      about: toJson({
        ...prepared.about,
        ...trainedSoFar(position, order),
        best,
        trainedWith: epochs === 0 ? before?.trainedWith : trainedWithOf(options),
        ...(isFinished && { finished: { options: run.asked, run: order.run } }),
      }),
    });
  };
  await runEpochs(
    {
      model,
      task,
      source,
      examples,
      optimizer,
      regularizer: regularizerOf(options),
      epochs,
      before: from.epoch,
      patience: options.patience,
      isDecided,
      job,
      see: (examples) => far.see(examples),
      watch: weights.watch,
      progressive,
      tell: (loss) => plateau?.tell(loss),
      settle() {
        job?.average(model, optimizer, weights);
        weights.settle();
      },
      keep: weights.best.keep,
      save: throttledSave(save, (error) => report.warn(error.message)),
      measuring: part && measuring(weights.shown, task, part.source, { ...part, signal }),
      // What a rank has learned by itself alone is not what training is to go on from.
      checkpoint:
        saving === undefined || !saves
          ? identity
          : pipe(
              filter((step) => job?.isShared(step) !== false),
              saving,
            ),
    },
    progress,
    report,
    signal,
  );
  if (job !== undefined) progress.mergeTrained(job);
  await save(!signal.aborted);
  return { weights, progress, far: far.columns };
}

/** Goes on with what the optimizer had come to when the model was saved, or says why it starts over. */
function resumeOptimizer(state: OptimizerState, saved: Saved | undefined): Omit<Resumption, 'from'> {
  const startsOver = saved === undefined ? 'its state was not saved with the model' : state.misfit(saved);
  if (saved !== undefined && startsOver === undefined) state.restore(saved);
  return { updates: state.step, startsOver };
}

/** Goes on with the reductions that the rate had come to, where it is reduced by the same rule. */
function resumePlateau(plateau: PlateauSchedule, saved: Saved | undefined): void {
  const isSame = JSON.stringify(saved?.options) === JSON.stringify(plateau.save().options);
  if (saved !== undefined && isSame) plateau.restore(saved);
}

function toJson<T extends object>(about: T): { readonly [name: string]: Json } {
  return JSON.parse(JSON.stringify(about));
}
