import { expectModelFolder, saveTraining } from '@fluxion/checkpoint';
import { arrowFile } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { optimizerState } from '@fluxion/optim';
import { columnOptions } from '../columns/columnOptions.js';
import { expectFits } from '../columns/expectFits.js';
import { type FoundColumns, findColumns } from '../columns/findColumns.js';
import type { TrainOptions } from '../commands/train.js';
import type { Host } from '../host.js';
import { measure } from '../measuring/measure.js';
import { lossFor } from '../model/lossOf.js';
import { aboutToJson, type ModelAbout } from '../model/modelAbout.js';
import { openTraining } from '../model/openModel.js';
import { plainGraph } from '../model/plainGraph.js';
import { regularizerOf } from '../options/regularizerOptions.js';
import { blasHint } from './blasHint.js';
import { doubtsOf } from './doubtsOf.js';
import { optimizerOf, trainedWithOf } from './optimizerOf.js';
import { reportOf } from './reportOf.js';
import { runTraining } from './runTraining.js';
import { takeUp } from './takeUp.js';
import { positionAfter, trainedSoFar, trainingOrder } from './trainingOrder.js';

/**
 * Trains a model on a file as the command line says, and saves it where it says, with all that it takes to go on.
 *
 * @param signal ends training after the step at hand, and what there is by then is saved
 */
export async function trainOn(
  data: string,
  options: TrainOptions,
  { stdout }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { out, epochs } = options;
  const optimizer = optimizerOf(options);
  if (out !== undefined) await expectModelFolder(out);
  const opened =
    options.model === undefined
      ? undefined
      : await openTraining(options.model, options.seed ?? 0, options.kernels);
  const source = arrowFile(data);
  const { input, target, loss } = options;
  const found = await findColumns(source, { input, target, loss, ...opened }, signal);
  if (opened !== undefined) expectFits(opened.model, found, source.name);
  const model = opened?.model ?? newModel(found, options);
  const order = await trainingOrder(data, options, opened?.about);
  const from = positionAfter(opened?.about, order);
  const about = { ...aboutOf(found), ...trainedSoFar(from, order) };
  const rule = { loss: lossFor(about.loss, model), regularizer: regularizerOf(options), optimizer };
  const columns = columnOptions(about, model);
  const validation = options.validation === undefined ? undefined : arrowFile(options.validation);
  // A wrong file is found out now, not after the first epoch.
  if (validation !== undefined) {
    const known = { target: about.target.columns, model, about };
    expectFits(model, await findColumns(validation, known, signal), validation.name);
  }

  const report = reportOf(options, stdout, found.rows);
  const chosen = input !== undefined || opened?.about !== undefined;
  report.start({
    model,
    columns: found,
    skipped: chosen ? [] : found.unused,
    hints: blasHint(options),
  });
  for (const doubt of doubtsOf(found)) report.warn(doubt);
  const state = optimizerState(optimizer, model);
  if (opened?.about !== undefined || opened?.optimizer !== undefined) {
    report.resume({ from, ...takeUp(state, opened.optimizer) });
  }
  try {
    const result = await runTraining(
      {
        model,
        source,
        examples: { ...columns, shuffle: order.shuffle, seed: order.seed, batchSize: options.batchSize },
        rule,
        epochs,
        from,
        validate: validation && (async (signal) => (await measure(model, about, validation, signal)).figures),
      },
      report,
      signal,
    );
    if (out !== undefined) {
      const soFar = trainedSoFar(result.position ?? from, order);
      const trainedWith = epochs === 0 ? opened?.about?.trainedWith : trainedWithOf(options);
      await saveTraining(out, model, {
        saved: { optimizer: state.save() },
        about: aboutToJson({ ...about, ...soFar, trainedWith }),
      });
    }
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
