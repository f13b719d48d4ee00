import { DataError, type DataPlace, OptionError } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import { eachString } from '../../sources/arrow/strings/eachString.js';
import type { OpenSource } from '../../sources/source.js';
import type { ColumnOptions } from './columnOptions.js';
import type { LabelColumn } from './labelColumn.js';

/**
 * The names of a target's classes as the options give them; undefined when they don't.
 *
 * @throws {OptionError} when a name comes twice.
 */
export function givenLabelNames(
  { labelNames }: ColumnOptions,
  target: string,
): readonly string[] | undefined {
  const names = isList(labelNames) ? labelNames : labelNames?.[target];
  const seen = new Set<string>();
  const twice = names?.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) {
    throw new OptionError(`examples labelNames: expected each name once, got '${twice}' twice; remove one`);
  }
  return names;
}

function isList(names: ColumnOptions['labelNames']): names is readonly string[] {
  return Array.isArray(names);
}

/** All names that a dictionary has, or that a column of strings holds. */
export async function namesIn(data: Data, place: DataPlace): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const columns = DataType.isDictionary(data.type) ? (data.dictionary?.data ?? []) : [data];
  await eachString(columns, place, (name) => {
    if (name !== null) names.add(name);
  });
  return names;
}

/**
 * The names of classes where the options give none: those of the first row's dictionary, sorted. A file's dictionary
 * is whole from the start.
 *
 * @throws {DataError} when the column has no dictionary, or the source is one-way and its dictionary may grow.
 */
export async function dictionaryLabelNames(
  source: OpenSource,
  { column }: LabelColumn,
  file: string,
): Promise<string[]> {
  if (!DataType.isDictionary(column.type) || source.countRows === undefined) {
    throw new DataError(
      `expected the names of the classes, got a ${source.countRows === undefined ? 'stream' : 'column'} that does not list them; give labelNames, which describe() collects`,
      { file, column: column.name },
    );
  }
  const block = await source.read(0, 1, [column.field]);
  const data = block?.columns[0];
  return data === undefined ? [] : sortedNames(await namesIn(data, { file, column: column.name }));
}

/** Each name once, in the order of their characters' codes, which is the same everywhere. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}
