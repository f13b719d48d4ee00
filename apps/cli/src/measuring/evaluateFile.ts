import { type Source, usableRows } from '@fluxion/data';
import { formatCount, printLine } from '@fluxion/terminal';
import { columnTask } from '../columns/columnTask.js';
import { expectFits } from '../columns/expectFits.js';
import { expectNamed } from '../columns/expectNamed.js';
import { findColumns } from '../columns/findColumns.js';
import type { Host } from '../host.js';
import { encodedTask } from '../model/encodedTask.js';
import { openSavedModel } from '../model/openModel.js';
import { ownColumns } from '../model/ownColumns.js';
import type { Task } from '../model/task.js';
import type { BadRows } from '../options/badRowOptions.js';
import { jsonLine } from '../output/jsonLine.js';
import { noticesTo } from '../output/noticesTo.js';
import { rowProgress } from '../output/rowProgress.js';
import { stageLine } from '../output/stageLine.js';
import { untargetedText } from '../reporting/textReport.js';
import { openSource, readShape } from '../sources/openSource.js';
import { pictureWidth } from '../sources/pictures.js';
import { UsageError } from '../usageError.js';
import { formatFigures } from './figures.js';
import { measure } from './measure.js';

/** What the command line says. */
export interface EvaluateOptions extends BadRows {
  readonly model: string;
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  readonly loss?: string;
  readonly json?: boolean;
}

/** Measures a saved model on a table and prints the figures. */
export async function evaluateFile(
  data: readonly string[],
  options: EvaluateOptions,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = host;
  const { model, about, encoded } = await openSavedModel(options.model);
  const source = openSource(data, {
    ...options,
    notice: noticesTo(host),
    pictureWidth: pictureWidth(encoded?.encoder),
  });
  const prepare = async (): Promise<readonly [Task, Source]> => {
    if (encoded !== undefined) {
      const { encoder, about } = encoded;
      return [encodedTask(encoder, about.outputs), ownColumns(source, encoder, options)];
    }
    const { input, loss, target = about?.target.columns } = options;
    if (target === undefined) {
      throw new UsageError(
        '--target: expected the columns that hold the truth: the model was saved without them',
      );
    }
    const found = await findColumns(source, { input, target, loss, model, about }, signal);
    expectFits(model, found, source.name);
    return [columnTask(found, model), source];
  };
  const stage = stageLine(stdout, options.json);
  const shape = await stage.during(`reading ${source.name}`, () => readShape(source, signal));
  expectNamed(shape.schema, source.name, { '--target': options.target });
  const [task, named] = await prepare();
  const { onBadRow, maxBadShare } = options;
  const table = usableRows(named, { onBadRow, maxBadShare, examples: task.examples(true) });
  const { badRows, rows } = onBadRow === undefined ? shape : await readShape(table, signal);
  const progress = rowProgress(stdout, 'evaluating', rows, options.json);
  const { examples, figures } = await measure(model, task, table, {
    signal,
    watch: ({ size }) => progress.add(size),
  }).finally(() => progress.end());
  if (signal.aborted) return;
  const untargeted = rows === undefined ? 0 : rows - examples;
  if (options.json) {
    const counts = { ...(badRows > 0 && { badRows }), ...(untargeted > 0 && { untargeted }) };
    stdout.write(jsonLine({ event: 'evaluation', examples, ...counts, ...figures }));
    return;
  }
  const without = badRows > 0 ? ` without ${formatCount(badRows)} that cannot be used` : '';
  printLine(stdout, `${formatCount(examples)} examples${without}, ${formatFigures(figures, 'all')}`);
  if (untargeted > 0) printLine(stdout, untargetedText(untargeted));
}
