import { openExamples, type RowFilter, type Source, usableRows } from '@fluxion/data';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import type { Task } from '../model/task.js';
import type { BadRows } from '../options/badRowOptions.js';
import { openSource } from '../sources/openSource.js';
import { pictureWidth } from '../sources/pictures.js';
import type { Validation } from './heldOut.js';
import type { Prepared } from './prepared.js';

/** What a model is measured on. */
export interface Measured {
  readonly source: Source;
  readonly rows: RowFilter | undefined;
}

/** What a model is validated on; undefined where on nothing. */
export async function validationTable(
  validation: Validation,
  { model, task, about, encoder }: Prepared,
  source: Source,
  {
    rows,
    bad,
    notice,
  }: {
    readonly rows: RowFilter | undefined;
    readonly bad: BadRows;
    readonly notice: (message: string) => void;
  },
  signal: AbortSignal,
): Promise<Measured | undefined> {
  if (validation === 'none') return undefined;
  if ('share' in validation) return rows && { source, rows };
  const named = openSource([validation.file], { ...bad, notice, pictureWidth: pictureWidth(encoder) });
  const own = usableRows(named, { ...bad, examples: task.examples(true) });
  if (encoder === undefined && 'target' in about) {
    const known = { target: about.target.columns, model, about: { ...about, epochs: 0, seed: 0 } };
    expectFits(model, await findColumns(own, known, signal), own.name);
  } else await readThrough(own, task, signal);
  return { source: own, rows: undefined };
}

/** @throws {DataError} on a row that cannot be used. */
async function readThrough(source: Source, task: Task, signal: AbortSignal): Promise<void> {
  const reader = await openExamples(source, { ...task.examples(true), batchSize: 256 }, signal);
  try {
    while (await reader.advance()) while (reader.next() !== undefined);
  } finally {
    await reader.close();
  }
}
