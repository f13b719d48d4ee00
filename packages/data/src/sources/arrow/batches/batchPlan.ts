import type { Data, DataType, Field, Schema } from 'apache-arrow';
import type { ArrowMessage } from '../metadata/arrowMessage.js';
import { arrowBatch, type BatchRegion, type CodecName } from './arrowBatch.js';
import type { ArrowDictionaries } from './arrowDictionaries.js';
import { bodyExtent } from './bodyReader.js';
import { columnData, type ReadBuffer } from './columnData.js';
import { type ColumnLayout, columnLayouts } from './columnLayout.js';

/** A record batch whose metadata has been read and checked, and where the wanted columns lie in its body. */
export interface BatchPlan {
  readonly rows: number;
  readonly codec: CodecName | undefined;
  readonly layouts: readonly ColumnLayout[];
  /** The part of the body that these columns need. */
  readonly extent: BatchRegion;
}

/** Plans how to read the columns at these places in the schema from a record batch message. */
export function batchPlan(message: ArrowMessage, schema: Schema, fields: readonly number[]): BatchPlan {
  const { rows, codec, ...batch } = arrowBatch(message.header, message.bodyLength);
  const types = schema.fields.map((field: Field): DataType => field.type);
  const all = columnLayouts({ rows, ...batch }, types, message.version);
  const layouts = fields.flatMap((field) => all[field] ?? []);
  return { rows, codec, layouts, extent: bodyExtent(layouts) };
}

/** Rows `from` to `from + length` of columns. */
export async function decodeColumns(
  layouts: readonly ColumnLayout[],
  from: number,
  length: number,
  read: ReadBuffer,
  dictionaries: ArrowDictionaries,
): Promise<Data[]> {
  const columns: Data[] = [];
  for (const layout of layouts) {
    columns.push(await columnData(layout, from, length, read, (id) => dictionaries.get(id)));
  }
  return columns;
}
