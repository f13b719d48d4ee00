import { openExamples, type RowFilter, type Source, usableRows } from '@fluxion/data';
import { expectFits } from '../columns/expectFits.js';
import { findColumns } from '../columns/findColumns.js';
import type { Task } from '../model/task.js';
import type { BadRows } from '../options/badRowOptions.js';
import type { Prepared } from '../preparation/prepared.js';
import { openSource, readShape } from '../sources/openSource.js';
import { pictureWidth } from '../sources/pictures.js';
import type { HeldOut, Validation } from './heldOut.js';

/** What a model is measured on. */
export interface ValidationRows {
  readonly source: Source;
  readonly rows: RowFilter | undefined;
  /** How many there are, where they can be counted. */
  readonly count: number | undefined;
}

/** What a model is validated on; undefined where on nothing. */
export async function validationTable(
  validation: Validation,
  { model, task, about, encoder }: Prepared,
  source: Source,
  {
    held,
    bad,
    notice,
  }: {
    readonly held: HeldOut;
    readonly bad: BadRows;
    readonly notice: (message: string) => void;
  },
  signal: AbortSignal,
): Promise<ValidationRows | undefined> {
  if (validation === 'none') return undefined;
  if ('share' in validation) {
    const { validation: rows, validationRows: count } = held;
    return rows && { source, rows, count };
  }
  const named = openSource([validation.file], { ...bad, notice, pictureWidth: pictureWidth(encoder) });
  const own = usableRows(named, { ...bad, examples: task.examples(true) });
  if (encoder === undefined && 'target' in about) {
    const known = { target: about.target.columns, model, about: { ...about, epochs: 0, seed: 0 } };
    expectFits(model, await findColumns(own, known, signal), own.name);
    return { source: own, rows: undefined, count: (await readShape(own, signal)).rows };
  }
  return { source: own, rows: undefined, count: await countExamples(own, task, signal) };
}

/** Reads all examples. @throws {DataError} on a row that cannot be used. */
async function countExamples(source: Source, task: Task, signal: AbortSignal): Promise<number> {
  const reader = await openExamples(source, { ...task.examples(true), batchSize: 256 }, signal);
  let count = 0;
  try {
    while (await reader.advance()) {
      for (let examples = reader.next(); examples !== undefined; examples = reader.next())
        count += examples.size;
    }
  } finally {
    await reader.close();
  }
  return count;
}
