import { type DataPlace, labels } from '@fluxion/tensor';
import type { Data } from 'apache-arrow';
import type { MinibatchColumn } from '../minibatchColumn.js';
import type { LabelColumn } from './labelColumn.js';
import { NamedLabels } from './namedLabels.js';
import { numberLabels } from './numberLabels.js';

/** Options of an encoder of labels. */
export interface LabelsEncoderOptions {
  readonly batchSize: number;
  /** Names of the classes, where the column has names. */
  readonly names?: readonly string[] | undefined;
  readonly classes?: number | undefined;
}

/** Encodes a column of class indices or names to labels of shape [batch]. */
export function labelsEncoder(
  { name, column }: LabelColumn,
  { batchSize, names, classes }: LabelsEncoderOptions,
): MinibatchColumn {
  const out = new Int32Array(batchSize);
  const full = labels(out);
  const named = names === undefined ? undefined : new NamedLabels(names);
  const blockLabels: Int32Array[] = [];
  return {
    name,
    fields: [column.field],
    keepsBlocks: false,
    clear: () => {
      blockLabels.length = 0;
    },
    add: async ([data]: readonly Data[], block: DataPlace) => {
      const place = { ...block, column: column.name };
      blockLabels.push(
        named === undefined
          ? await numberLabels(data as Data, classes, place)
          : await named.of(data as Data, place),
      );
    },
    gather: (blocks, rows, from, to) => {
      for (let i = from; i < to; i++) {
        out[i] = (blockLabels[blocks[i] as number] as Int32Array)[rows[i] as number] as number;
      }
    },
    lend: (size) => (size === batchSize ? full : labels(out.subarray(0, size))),
  };
}
