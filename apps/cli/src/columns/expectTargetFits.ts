import { type ColumnOptions, describe, type Source } from '@fluxion/data';
import type { Loss } from '@fluxion/graph';
import { DataError } from '@fluxion/tensor';
import { DataType, type Schema } from 'apache-arrow';

/**
 * Refuses a target that the loss, asked for by name, cannot be measured against: names where it takes numbers, and other
 * whole numbers than 0 and 1 where it takes yes or no.
 *
 * @throws {DataError} naming the column.
 */
export async function expectTargetFits(
  { kind, targets }: Loss,
  { source, schema, columns }: { source: Source; schema: Schema; columns: ColumnOptions },
  signal: AbortSignal,
): Promise<void> {
  if (targets === 'labels') return;
  for (const column of columns.target as readonly string[]) {
    const type = schema.fields.find(({ name }) => name === column)?.type;
    const place = { file: source.name, column };
    if (DataType.isDictionary(type) || DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
      throw new DataError(
        `expected numbers for the loss ${kind}, got names; leave --loss out, or take softmaxCrossEntropy`,
        place,
      );
    }
    if (kind === 'binaryCrossEntropy' && (DataType.isInt(type) || DataType.isBool(type))) {
      const { targets } = await describe(
        source,
        { ...columns, target: column, targetKind: 'labels' },
        signal,
      );
      const found = targets.target;
      if (found?.kind === 'labels' && found.classes > 2) {
        throw new DataError(
          `expected 0 and 1 for the loss ${kind}, got ${found.classes - 1}; leave --loss out, or take softmaxCrossEntropy`,
          place,
        );
      }
    }
  }
}
