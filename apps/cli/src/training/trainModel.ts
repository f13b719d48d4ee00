import { expectModelFolder, expectSavable, saveTraining } from '@fluxion/checkpoint';
import type { Position } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { type OptimizerState, optimizerState } from '@fluxion/optim';
import { hasBlas, type KernelsName, type Saved } from '@fluxion/tensor';
import { columnOptions } from '../columns/columnOptions.js';
import { expectFits } from '../columns/expectFits.js';
import { type FoundColumns, findColumns } from '../columns/findColumns.js';
import type { Host } from '../host.js';
import { measure } from '../measuring/measure.js';
import { lossFor } from '../model/lossFor.js';
import { aboutToJson, type ModelAbout } from '../model/modelAbout.js';
import { parameterCount } from '../model/modelSummary.js';
import { openTraining } from '../model/openModel.js';
import { plainGraph } from '../model/plainGraph.js';
import type { ActivationName } from '../options/networkOptions.js';
import { createOptimizer, type OptimizerOptions, trainedWithOf } from '../options/optimizerOptions.js';
import { createRegularizer, type RegularizerOptions } from '../options/regularizerOptions.js';
import { openSource } from '../sources/openSource.js';
import { UsageError } from '../usageError.js';
import { jsonReport } from './jsonReport.js';
import { runEpochs } from './runEpochs.js';
import { textReport } from './textReport.js';
import { positionAfter, trainedSoFar, trainingOrder } from './trainingOrder.js';
import { quietReport, type Resumption } from './trainingReport.js';
import { columnWarnings } from './warnings.js';

/** What the command line says. */
export interface TrainOptions extends RegularizerOptions, OptimizerOptions {
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly model?: string;
  readonly loss?: string;
  readonly batchSize: number;
  readonly seed?: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly kernels?: KernelsName;
  readonly validation?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Trains a model on a file as the command line says, and saves it where it says, with all that it takes to go on.
 *
 * @param signal ends training after the step at hand, and what there is by then is saved
 */
export async function trainModel(
  data: readonly string[],
  options: TrainOptions,
  { stdout }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { out, epochs } = options;
  const optimizer = createOptimizer(options);
  if (out !== undefined) await expectModelFolder(out);
  const opened =
    options.model === undefined
      ? undefined
      : await openTraining(options.model, options.seed ?? 0, options.kernels);
  const source = openSource(data);
  const { input, loss, target = opened?.about?.target.columns } = options;
  if (target === undefined) throw new UsageError('--target: expected the column to predict, got none');
  const found = await findColumns(source, { input, target, loss, ...opened }, signal);
  if (opened !== undefined) expectFits(opened.model, found, source.name);
  const model = opened?.model ?? newModel(found, options);
  if (out !== undefined) expectSavable(model);
  const order = await trainingOrder(data, options, opened?.about);
  const from = positionAfter(opened?.about, order);
  const about = { ...aboutOf(found), ...trainedSoFar(from, order) };
  const rule = { loss: lossFor(about.loss, model), regularizer: createRegularizer(options), optimizer };
  const columns = columnOptions(about, model);
  const validation = options.validation === undefined ? undefined : openSource([options.validation]);
  // A wrong file is found out now, not after the first epoch.
  if (validation !== undefined) {
    const known = { target: about.target.columns, model, about };
    expectFits(model, await findColumns(validation, known, signal), validation.name);
  }

  const report = options.json
    ? jsonReport(stdout)
    : options.quiet
      ? quietReport
      : textReport(stdout, epochs, found.rows);
  const chosen = input !== undefined || opened?.about !== undefined;
  report.start({
    model,
    columns: found,
    skipped: chosen ? [] : found.unused,
    hints: blasHint(options, { model, rows: found.rows }),
  });
  if (out === undefined) report.warn('without --out the model is not saved: it is lost when training ends');
  for (const doubt of columnWarnings(found)) report.warn(doubt);
  const state = optimizerState(optimizer, model);
  if (opened?.about !== undefined || opened?.optimizer !== undefined) {
    report.resume({ from, ...resumeOptimizer(state, opened.optimizer) });
  }
  const trainedWith = epochs === 0 ? opened?.about?.trainedWith : trainedWithOf(options);
  const save = async (position: Position): Promise<void> => {
    if (out === undefined) return;
    await saveTraining(out, model, {
      saved: { optimizer: state.save() },
      about: aboutToJson({ ...about, ...trainedSoFar(position, order), trainedWith }),
    });
  };
  try {
    const result = await runEpochs(
      {
        model,
        source,
        examples: { ...columns, shuffle: order.shuffle, seed: order.seed, batchSize: options.batchSize },
        rule,
        epochs,
        from,
        save: seldom(save),
        validate: validation && (async (signal) => (await measure(model, about, validation, signal)).figures),
      },
      report,
      signal,
    );
    await save(result.position ?? from);
    report.end(result, out);
  } catch (error) {
    report.clear();
    throw error;
  }
}

function newModel(
  found: FoundColumns,
  { hidden = [100], activation = 'tanh', seed, kernels }: TrainOptions,
): FlowGraph {
  const inputs = Object.fromEntries(Object.entries(found.inputs).map(([name, { shape }]) => [name, shape]));
  return graph(plainGraph({ ...found, inputs, hidden, activation }), {
    seed: seed ?? 0,
    ...(kernels === undefined ? {} : { kernels }),
  });
}

function aboutOf({ loss, inputs, target }: FoundColumns): Pick<ModelAbout, 'loss' | 'inputs' | 'target'> {
  const entries = Object.entries(inputs).map(
    ([name, { columns, scale }]) => [name, { columns, scale }] as const,
  );
  return { loss, inputs: Object.fromEntries(entries), target };
}

/** Goes on with what the optimizer had come to when the model was saved, or says why it begins anew. */
function resumeOptimizer(state: OptimizerState, saved: Saved | undefined): Omit<Resumption, 'from'> {
  const anew = saved === undefined ? 'its state was not saved with the model' : state.misfit(saved);
  if (saved !== undefined && anew === undefined) state.restore(saved);
  return { updates: state.step, anew };
}

/** Saves no more often than that training takes at least half of the time. */
function seldom(save: (position: Position) => Promise<void>): (position: Position) => Promise<void> {
  let end = Number.NEGATIVE_INFINITY;
  let took = 0;
  return async (position) => {
    const start = performance.now();
    if (start - end < took) return;
    await save(position);
    end = performance.now();
    took = end - start;
  };
}

/** Minibatches from this size on gain from a BLAS; smaller ones are bound by other things. */
const GAINS_FROM = 16;

/** Weights, each multiplied for an example, that take about a minute of training: less is not worth a word. */
const MINUTE = 1e11;

/** A line that speaks of `--kernels blas` where it would make this run faster; none where it would not. */
function blasHint(
  { batchSize, kernels, epochs }: Pick<TrainOptions, 'batchSize' | 'kernels' | 'epochs'>,
  { model, rows = 0 }: { readonly model: FlowGraph; readonly rows: number | undefined },
): readonly string[] {
  const weights = model.boxes.reduce((sum, box) => sum + parameterCount(box), 0);
  if (batchSize < GAINS_FROM || kernels !== undefined || weights * rows * epochs < MINUTE) return [];
  return [
    hasBlas()
      ? 'minibatches would be faster with --kernels blas: there is a BLAS on this machine'
      : "minibatches would be faster with --kernels blas, a BLAS (as Debian's libopenblas0-pthread) and npm install koffi",
  ];
}
