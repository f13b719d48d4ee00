import type { ProgressOutput } from '@fluxion/terminal';
import { jsonReport } from './jsonReport.js';
import { textReport } from './textReport.js';
import type { TrainingReport } from './trainingReport.js';

/** How the command line wants to be told. */
export interface ReportOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly epochs: number;
}

/**
 * The report of these options.
 *
 * @param rows examples in an epoch, where that is known
 */
export function reportOf(
  { json, quiet, epochs }: ReportOptions,
  output: ProgressOutput,
  rows: number | undefined,
): TrainingReport {
  if (json) return jsonReport(output);
  return quiet ? quietReport : textReport(output, epochs, rows);
}

/** Says nothing. */
const quietReport: TrainingReport = {
  start() {},
  warn() {},
  resume() {},
  progress() {},
  validating() {},
  epoch() {},
  end() {},
  clear() {},
};
