import { removeCheckpoints } from '@fluxion/checkpoint';
import { formatCount, printLine } from '@fluxion/terminal';
import type { Host } from '../host.js';
import { countParameters } from '../model/modelSummary.js';
import { stageLine } from '../output/stageLine.js';
import { blasHint } from '../reporting/blasHint.js';
import { jsonReport } from '../reporting/jsonReport.js';
import { type RunRecord, recordRun } from '../reporting/runRecord.js';
import { textReport } from '../reporting/textReport.js';
import { quietReport } from '../reporting/trainingReport.js';
import { sizeWarnings } from '../reporting/warnings.js';
import { UsageError } from '../usageError.js';
import { version } from '../version.js';
import { endRun } from './endRun.js';
import type { Job } from './job.js';
import { type OpenedRun, openRun } from './openRun.js';
import { type PlannedRun, pagePath, planRun } from './planRun.js';
import { checkpointsOf } from './savedRun.js';
import type { TrainOptions } from './trainOptions.js';
import { trainRun } from './trainRun.js';

/**
 * Trains a model on a table as the command line says, and saves it where it says, with all that it takes to go on.
 *
 * @param signal ends training after the current step, and what there is by then is saved
 * @param job the job that this is a rank of; its first rank saves
 */
export async function trainModel(
  data: readonly string[],
  given: TrainOptions,
  host: Host,
  signal: AbortSignal,
  job?: Job,
): Promise<void> {
  const { stdout } = host;
  const { out, json, quiet } = given;
  if (out === undefined && given.report) throw new UsageError('--report: expected --out with it, got none');
  const stage = stageLine(stdout, json || quiet);
  const run = await openRun(data, given, host, stage, signal);
  if (run === undefined) return;
  job?.expectAlike({ version: version(), options: run.asked, data: run.order.run });
  // JSON begins with the plan all the same.
  let isSaid = out !== undefined || json === true;
  const warnUnsaved = (): void => {
    if (!isSaid) printLine(quiet ? host.stderr : stdout, `warning: ${UNSAVED}`);
    isSaid = true;
  };
  const planned = await planRun(run, given, host, stage, warnUnsaved, signal, job);
  warnUnsaved();
  const report = reportOf(given, planned, run, stdout, job);
  try {
    const trained = await trainRun(run, planned, report, signal, job);
    if (job?.isFirst === false) return;
    await endRun(planned, trained, run.held, report, stage, signal);
    if (out !== undefined && !signal.aborted) await removeCheckpoints(checkpointsOf(out));
  } catch (error) {
    report.clear();
    throw error;
  }
}

/** A report that has told the plan, and what is doubtful about it. */
function reportOf(
  { out, json, quiet, report: isPaged }: TrainOptions,
  planned: PlannedRun,
  { rows, badRows, held, validation, plan, opened, damage }: OpenedRun,
  stdout: Host['stdout'],
  job: Job | undefined,
): RunRecord {
  const { prepared, options, measured } = planned;
  const { model, task, encoder, choice, warnings } = prepared;
  const { epochs } = options;
  const report = recordRun(
    json ? jsonReport(stdout) : quiet ? quietReport : textReport(stdout, epochs, held.trainingRows),
    epochs,
  );
  // An encoder that came with a model has counted the rows of another table.
  const isOwn = plan !== undefined || opened === undefined;
  const isPageless = out !== undefined && epochs > 0 && isPaged !== false && pagePath(planned) === undefined;
  report.start({
    model,
    task,
    rows,
    ...held,
    validationRows: measured?.count,
    untargeted: isOwn ? (encoder?.untargeted ?? 0) : 0,
    choice,
    hints: [...blasHint(options, countParameters(model) * (rows ?? 0)), ...(isPageless ? [NO_PAGE] : [])],
  });
  if (out === undefined && json) report.warn(UNSAVED);
  if (badRows > 0) report.warn(`rows left out, since they cannot be used: ${formatCount(badRows)}`);
  const small = epochs > 0 ? sizeWarnings(validation, held) : [];
  const idle = job?.idleWarning(options.batchSize) ?? [];
  for (const warning of [...small, ...idle, ...warnings, ...damage]) report.warn(warning);
  return report;
}

/** What is said where a page was to be written, of rows that there are not. */
const NO_PAGE = 'no report is written: no rows are held out to measure the model on';

/** What is said where there is no --out. */
const UNSAVED = 'without --out the model is not saved: it is lost when training ends';
