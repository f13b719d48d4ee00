import { formatCount, printLine } from '@fluxion/terminal';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import type { Host } from '../host.js';
import { openSavedModel } from '../model/openModel.js';
import { jsonLine } from '../output/jsonLine.js';
import { openSource } from '../sources/openSource.js';
import { UsageError } from '../usageError.js';
import { formatFigures, measure } from './measure.js';

/** What the command line says. */
export interface EvaluateOptions {
  readonly model: string;
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  readonly loss?: string;
  readonly json?: boolean;
}

/** Measures a saved model on a file and prints the figures. */
export async function evaluateFile(
  data: readonly string[],
  options: EvaluateOptions,
  { stdout }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { input, loss, json } = options;
  const { model, about } = await openSavedModel(options.model);
  const target = options.target ?? about?.target.columns;
  if (target === undefined) {
    throw new UsageError(
      '--target: expected the columns that hold the truth: the model was saved without them',
    );
  }
  const source = openSource(data);
  const found = await findColumns(source, { input, target, loss, model, about }, signal);
  expectFits(model, found, source.name);
  const { examples, figures } = await measure(model, found, source, signal);
  if (signal.aborted) return;
  if (json) stdout.write(jsonLine({ event: 'evaluation', examples, ...figures }));
  else printLine(stdout, `${formatCount(examples)} examples, ${formatFigures(figures)}`);
}
