import { arrowFile } from '@fluxion/data';
import { formatCount } from '@fluxion/terminal';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import type { EvaluateOptions } from '../commands/evaluate.js';
import { fitted } from '../fitted.js';
import type { Host } from '../host.js';
import { jsonLine } from '../jsonLine.js';
import { openSavedModel } from '../model/openModel.js';
import { formatFigures } from './figures.js';
import { measure } from './measure.js';

/** Measures a saved model on a file and prints the figures. */
export async function evaluateOn(
  data: string,
  options: EvaluateOptions,
  { stdout }: Host,
  signal: AbortSignal,
): Promise<void> {
  const { input, target, loss, json } = options;
  const { model, about } = await openSavedModel(options.model);
  const source = arrowFile(data);
  const found = await findColumns(source, { input, target, loss, model, about }, signal);
  expectFits(model, found, source.name);
  const { examples, figures } = await measure(model, found, source, signal);
  if (signal.aborted) return;
  stdout.write(
    json
      ? jsonLine({ event: 'evaluation', examples, ...figures })
      : `${fitted(`${formatCount(examples)} examples, ${formatFigures(figures)}`, stdout)}\n`,
  );
}
