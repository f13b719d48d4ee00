import type { OpenSource } from '../../sources/source.js';
import type { MinibatchColumn } from '../minibatchColumn.js';
import type { MinibatchColumns, MinibatchOptions } from '../minibatchColumns.js';
import { bytesEncoder } from './bytesEncoder.js';
import type { ColumnOptions } from './columnOptions.js';
import { columnSelection, type NamedColumns } from './columnSelection.js';
import { floatsEncoder } from './floatsEncoder.js';
import { labelColumn, targetKindOf } from './labelColumn.js';
import { dictionaryLabelNames, givenLabelNames } from './labelNames.js';
import { labelsEncoder } from './labelsEncoder.js';
import { numericColumns } from './numericColumns.js';
import { perName } from './perName.js';
import { byteScale, targetScale } from './scales.js';

/** Finds the columns of each input and target in an open source and makes their encoders. */
export async function rawColumns(
  source: OpenSource,
  file: string,
  options: ColumnOptions,
  minibatch: MinibatchOptions,
): Promise<MinibatchColumns> {
  const { schema } = source;

  const numbers = (selected: NamedColumns, scale: number | undefined): MinibatchColumn => {
    const group = numericColumns(schema, selected, file);
    return group.isBytes
      ? bytesEncoder(group, { ...minibatch, scale: scale ?? byteScale })
      : floatsEncoder(group, { ...minibatch, scale: scale ?? 1 });
  };

  const labels = async (selected: NamedColumns): Promise<MinibatchColumn> => {
    const labelled = labelColumn(schema, selected, file);
    const names = labelled.isNamed
      ? (givenLabelNames(options, selected.name) ?? (await dictionaryLabelNames(source, labelled, file)))
      : undefined;
    const classes = perName(options.classes, selected.name);
    return labelsEncoder(labelled, { batchSize: minibatch.batchSize, names, classes });
  };

  const inputs = columnSelection('input', options.input).map((selected) =>
    numbers(selected, perName(options.scale, selected.name)),
  );
  const targets: MinibatchColumn[] = [];
  for (const selected of columnSelection('target', options.target)) {
    const kind = perName(options.targetKind, selected.name) ?? targetKindOf(schema, selected, file);
    targets.push(
      kind === 'labels' ? await labels(selected) : numbers(selected, targetScale(options, selected.name)),
    );
  }
  return { inputs, targets };
}
