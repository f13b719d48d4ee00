import { DataError, OptionError } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import type { ColumnOptions } from './examples.js';
import type { LabelColumn } from './labelColumn.js';
import { dictionaryNames } from './namedLabels.js';
import type { OpenSource } from './source.js';
import { stringValues } from './stringValues.js';

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
  const twice = names?.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new OptionError(`examples labelNames: expected each name once, got '${twice}' twice; remove one`);
  }
  return names;
}

function isList(names: ColumnOptions['labelNames']): names is readonly string[] {
  return Array.isArray(names);
}

/** All names that a dictionary has, or that a column of strings holds. */
export function namesIn(data: Data): string[] {
  const names = DataType.isDictionary(data.type)
    ? data.dictionary === undefined
      ? []
      : dictionaryNames(data.dictionary)
    : stringValues(data).filter((_, row) => data.getValid(row));
  return names.filter((name) => name !== null);
}

/**
 * The names of classes where the options give none: those of the first block's dictionary, sorted. A file's dictionary
 * is whole from the start.
 *
 * @throws {DataError} when the column has no dictionary, or the source is one-way and its dictionary may grow.
 */
export async function dictionaryLabelNames(
  source: OpenSource,
  { column }: LabelColumn,
  file: string,
): Promise<string[]> {
  if (!DataType.isDictionary(column.type) || source.blockCount === undefined) {
    throw new DataError(
      `expected the names of the classes, got a ${source.blockCount === undefined ? 'stream' : 'column'} that does not list them; give labelNames, which describe() collects`,
      { file, column: column.name },
    );
  }
  const block = await source.read(0, [column.field]);
  return sortedNames(block?.columns.flatMap(namesIn) ?? []);
}

/** Each name once, in the order of their characters' codes, which is the same everywhere. */
export function sortedNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}
