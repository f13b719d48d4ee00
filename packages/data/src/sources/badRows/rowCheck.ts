import type { Data, Schema } from 'apache-arrow';
import { profileOf } from '../../encode/fitting/columnFit.js';
import type { ColumnOptions } from '../../encode/raw/columnOptions.js';
import { rawColumns } from '../../encode/raw/rawColumns.js';
import type { EncodedOptions } from '../../examples/examples.js';
import { Minibatch } from '../../examples/minibatch.js';
import type { Block, OpenSource } from '../source.js';

/** Tells whether rows can be used. */
export interface RowCheck {
  /** Places in the schema of the columns that it looks at, in this order. */
  readonly fields: readonly number[];
  /** @throws {DataError} naming a row of the block, when there is one that cannot be used. */
  look(block: Block): Promise<void>;
}

/**
 * The check that rows can become the examples that are asked for: what the model does not know or take is refused.
 *
 * @throws {DataError} when the source has not these columns.
 */
export async function exampleCheck(
  open: OpenSource,
  file: string,
  examples: ColumnOptions | EncodedOptions,
): Promise<RowCheck> {
  const minibatch = { batchSize: 1, dtype: 'float32' } as const;
  const groups =
    'encoder' in examples
      ? examples.encoder.minibatchColumns(open.schema, file, {
          ...minibatch,
          online: false,
          targets: examples.targets !== false,
          // A row without a target is no example, but no bad one.
          leavesOutGaps: true,
        })
      : await rawColumns(open, file, examples, minibatch);
  const one = new Minibatch(groups, 1, () => ({}), undefined);
  return {
    fields: one.fields,
    async look(block) {
      try {
        await one.addBlock(block);
      } finally {
        one.clearBlocks();
      }
    },
  };
}

/**
 * The check that rows have no value that no encoder takes, as infinities and what is not UTF-8.
 *
 * @param names the columns that are looked at; all by default
 */
export function valueCheck({ fields }: Schema, names?: readonly string[] | undefined): RowCheck {
  const columns = fields.flatMap(({ name, type }, field) => {
    if (names?.includes(name) === false) return [];
    const profile = profileOf({ name, type, field });
    return profile === undefined ? [] : [{ name, field, reader: profile.reader }];
  });
  return {
    fields: columns.map(({ field }) => field),
    async look(block) {
      try {
        for (const [i, { name, reader }] of columns.entries()) {
          await reader.ofColumn(block.columns[i] as Data, { column: name });
        }
      } finally {
        block.release?.();
      }
    },
  };
}
