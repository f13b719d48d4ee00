import type { Data, DataType, Field, Schema } from 'apache-arrow';
import type { Block } from '../source.js';
import { arrowBatch, type BatchRegion } from './arrowBatch.js';
import type { ArrowDictionaries } from './arrowDictionaries.js';
import type { ArrowMessage } from './arrowMessage.js';
import { bodyExtent, bodyReader } from './bodyReader.js';
import { columnData } from './columnData.js';
import { columnLayouts } from './columnLayout.js';

/** A record batch whose metadata has been read and checked, and which part of its body the wanted columns need. */
export interface PlannedBlock {
  readonly extent: BatchRegion;
  /** The block, from the bytes of the extent. */
  decode(bytes: Uint8Array): Promise<Block>;
}

/** Plans how to read the columns at these places in the schema from a record batch message. */
export function planBlock(
  message: ArrowMessage,
  schema: Schema,
  fields: readonly number[],
  dictionaries: ArrowDictionaries,
): PlannedBlock {
  const batch = arrowBatch(message.header, message.bodyLength);
  const types = schema.fields.map((field: Field): DataType => field.type);
  const layouts = columnLayouts(batch, types, message.version);
  const wanted = fields.flatMap((field) => layouts[field] ?? []);
  const extent = bodyExtent(wanted);
  return {
    extent,
    decode: async (bytes) => {
      const read = bodyReader(bytes, extent.start, batch.codec);
      const columns: Data[] = [];
      for (const layout of wanted) columns.push(await columnData(layout, read, (id) => dictionaries.get(id)));
      return { rows: batch.rows, columns };
    },
  };
}
