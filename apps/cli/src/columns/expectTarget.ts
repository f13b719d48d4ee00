import { type ColumnOptions, describe, type Source } from '@fluxion/data';
import type { FlowGraph, Loss } from '@fluxion/graph';
import { DataError } from '@fluxion/tensor';
import { DataType, type Schema } from 'apache-arrow';
import { mainOutput } from '../model/lossFor.js';
import type { TargetColumns } from '../model/modelAbout.js';

/** A target to look at. */
export interface LookedAt {
  readonly source: Source;
  readonly schema: Schema;
  readonly columns: ColumnOptions & { readonly target: readonly string[] };
}

/**
 * Refuses a target that a loss cannot be measured against: names where it takes numbers, and other whole numbers than 0
 * and 1 where it takes yes or no.
 *
 * @param fix what an error says to do instead
 * @throws {DataError} naming the column.
 */
export async function expectTargetFits(
  { kind, targets }: Loss,
  { source, schema, columns }: LookedAt,
  fix: string,
  signal: AbortSignal,
): Promise<void> {
  if (targets === 'labels') return;
  for (const column of columns.target) {
    const type = schema.fields.find(({ name }) => name === column)?.type;
    const place = { file: source.name, column };
    if (holdsNames(type))
      throw new DataError(`expected numbers for the loss ${kind}, got names; ${fix}`, place);
    if (kind === 'binaryCrossEntropy' && (DataType.isInt(type) || DataType.isBool(type))) {
      const { targets } = await describe(
        source,
        { ...columns, target: column, targetKind: 'labels' },
        signal,
      );
      const found = targets.target;
      if (found?.kind === 'labels' && found.classes > 2) {
        throw new DataError(`expected 0 and 1 for the loss ${kind}, got ${found.classes - 1}; ${fix}`, place);
      }
    }
  }
}

/**
 * Refuses labels that a model cannot know: numbers where it was trained on names, names where on numbers, and true and
 * false where it tells more than two classes apart. They would be scored, and mean something else.
 *
 * @throws {DataError} naming the column.
 */
export function expectKnownLabels(
  { kind, names }: TargetColumns,
  model: FlowGraph,
  { source, schema, columns }: LookedAt,
): void {
  if (kind !== 'labels') return;
  for (const column of columns.target) {
    const type = schema.fields.find(({ name }) => name === column)?.type;
    const units = mainOutput(model).shape[0] as number;
    const got = holdsNames(type) ? 'names' : DataType.isBool(type) ? 'true and false' : 'numbers';
    const isKnown =
      names === undefined ? got === 'numbers' || (got === 'true and false' && units === 2) : got === 'names';
    if (type !== undefined && !isKnown) {
      throw new DataError(
        `expected ${names === undefined ? `the labels 0 to ${units - 1}` : `the names ${listed(names)}`}, which the model knows, got ${got}; name a column of such by --target, or train a new model`,
        { file: source.name, column },
      );
    }
  }
}

function holdsNames(type: DataType | undefined): boolean {
  return (
    DataType.isDictionary(type) ||
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isUtf8View(type)
  );
}

/** Names enough to recognise them by. */
function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 4).join(', ')}, …` : names.join(', ');
}
