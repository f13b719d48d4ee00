import { arrowFile } from '@fluxion/data';
import { formatCount } from '@fluxion/terminal';
import type { EvaluateOptions } from '../commands/evaluate.js';
import { jsonLine } from '../jsonLine.js';
import { openSavedModel } from '../model/openModel.js';
import { formatFigures } from './figures.js';
import { measure } from './measure.js';

/** Measures a saved model on a file and prints the figures. */
export async function evaluateOn(data: string, options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const { model, about } = await openSavedModel(options.model);
  const target = { ...about.target, columns: options.target };
  const { examples, figures } = await measure(model, { ...about, target }, arrowFile(data), signal);
  if (signal.aborted) return;
  process.stdout.write(
    options.json
      ? jsonLine({ event: 'evaluation', examples, ...figures })
      : `${formatCount(examples)} examples, ${formatFigures(figures)}\n`,
  );
}
