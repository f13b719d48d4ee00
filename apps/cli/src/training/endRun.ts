import type { FlowGraph } from '@fluxion/graph';
import { examples } from '@fluxion/pipeline';
import type { Setting } from '@fluxion/report';
import { take } from 'rxjs';
import { batchSizeFor, measuring } from '../measuring/measure.js';
import type { StageLine } from '../output/stageLine.js';
import type { Recipe } from '../preparation/recipe.js';
import { measureBaseline } from '../reporting/baseline.js';
import { deadUnits } from '../reporting/deadUnits.js';
import type { RunRecord } from '../reporting/runRecord.js';
import { inputWarnings, resultWarning } from '../reporting/warnings.js';
import { writePage } from '../reporting/writePage.js';
import type { HeldOut } from './heldOut.js';
import { type PlannedRun, pagePath } from './planRun.js';
import type { TrainedRun } from './trainRun.js';

/** Says what a run has come to, beside the baseline, warns of what looks wrong, and writes the page. */
export async function endRun(
  planned: PlannedRun,
  { weights, progress, far }: TrainedRun,
  { training }: HeldOut,
  report: RunRecord,
  stage: StageLine,
  signal: AbortSignal,
): Promise<void> {
  const { prepared, options, measured, isDecided } = planned;
  const { task } = prepared;
  const { model } = weights.best;
  const stopped = signal.aborted;
  const result = { ...progress.result, isDecided, stopped };
  const isMeasured = measured !== undefined && !stopped;
  const isCompared =
    isMeasured &&
    result.validation !== undefined &&
    progress.trained.outputs.every(({ examples }) => examples > 0);
  const baseline = isCompared
    ? await stage.during('measuring the baseline', () =>
        measureBaseline(
          model,
          task,
          progress.trained,
          measuring(model, task, measured.source, { rows: measured.rows, signal }).examples,
        ),
      )
    : undefined;
  for (const warning of inputWarnings(prepared.encoder, far)) report.warn(warning);
  if (!stopped && options.epochs > 0) {
    const few = examples(prepared.source, {
      ...task.examples(true),
      rows: training,
      batchSize: batchSizeFor(model, 256),
    });
    for (const warning of await deadUnits(model, few.pipe(take(LOOKED_AT)))) report.warn(warning);
  }
  const poor = baseline && resultWarning(baseline);
  if (poor !== undefined) report.warn(poor);
  const summary = { ...result, baseline };
  const path = pagePath(planned);
  const page =
    path !== undefined && isMeasured
      ? await stage.during('writing the report', () =>
          writePage(
            path,
            () => report.run(summary, model, measured, settingsOf(options, model), signal),
            (text) => report.warn(text),
            signal,
          ),
        )
      : undefined;
  report.end({ ...summary, stopped: signal.aborted, out: options.out, page });
}

/** Minibatches that tell which units are dead. */
const LOOKED_AT = 16;

/** The choices that a run was made with, as its page has them. */
function settingsOf(
  { optimizer, learningRate, batchSize, l2 }: Recipe,
  { seed, kernels, dtype }: FlowGraph,
): readonly Setting[] {
  return [
    { name: 'optimizer', value: optimizer },
    { name: 'learning rate', value: String(Number(learningRate.toPrecision(3))) },
    { name: 'batch size', value: String(batchSize) },
    { name: 'l2', value: String(Number(l2.toPrecision(3))) },
    { name: 'seed', value: String(seed) },
    { name: 'kernels', value: `${kernels.name}, ${dtype}` },
    { name: 'machine', value: `Node ${process.versions.node}, ${process.platform} ${process.arch}` },
  ];
}
