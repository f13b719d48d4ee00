import type { DType } from '@fluxion/tensor';
import type { OpenSource } from '../sources/source.js';
import { bytesEncoder } from './bytesEncoder.js';
import type { ColumnEncoder } from './columnEncoder.js';
import type { ColumnOptions } from './columnOptions.js';
import { columnSelection, type NamedColumns } from './columnSelection.js';
import { floatsEncoder } from './floatsEncoder.js';
import { labelColumn, targetKindOf } from './labelColumn.js';
import { dictionaryLabelNames, givenLabelNames } from './labelNames.js';
import { labelsEncoder } from './labelsEncoder.js';
import { numericColumns } from './numericColumns.js';
import { perName } from './perName.js';

/** The encoders of all inputs and targets. */
export interface ColumnEncoders {
  readonly inputs: readonly ColumnEncoder[];
  readonly targets: readonly ColumnEncoder[];
  /** How much each example counts; absent where they all count 1. */
  readonly weights?: ColumnEncoder | undefined;
}

/** What encoders make: minibatches of a size and a precision. */
export interface MinibatchOptions {
  readonly batchSize: number;
  readonly dtype: DType;
}

/** Finds the columns of each input and target in an open source and makes their encoders. */
export async function columnEncoders(
  source: OpenSource,
  file: string,
  options: ColumnOptions,
  minibatch: MinibatchOptions,
): Promise<ColumnEncoders> {
  const { schema } = source;

  const numbers = (selected: NamedColumns, scale: number | undefined): ColumnEncoder => {
    const group = numericColumns(schema, selected, file);
    return group.isBytes
      ? bytesEncoder(group, { ...minibatch, scale: scale ?? byteScale })
      : floatsEncoder(group, { ...minibatch, scale: scale ?? 1 });
  };

  const labels = async (selected: NamedColumns): Promise<ColumnEncoder> => {
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
  const targets: ColumnEncoder[] = [];
  for (const selected of columnSelection('target', options.target)) {
    const kind = perName(options.targetKind, selected.name) ?? targetKindOf(schema, selected, file);
    targets.push(
      kind === 'labels' ? await labels(selected) : numbers(selected, targetScale(options, selected.name)),
    );
  }
  return { inputs, targets };
}

/** Pictures are bytes: 0 to 255 becomes 0 to 1. */
export const byteScale: number = 1 / 255;

/** A single scale is for the inputs; a target's has to be named. */
export function targetScale({ scale }: ColumnOptions, target: string): number | undefined {
  return typeof scale === 'object' ? scale[target] : undefined;
}
