import { type Data, DataType } from 'apache-arrow';
import { plainStrings } from './stringViews.js';

/** The strings of a column; what stands for a null is of no meaning. */
export function stringValues(column: Data): string[] {
  const data: Data = DataType.isUtf8View(column.type) ? plainStrings(column) : column;
  const offsets: Int32Array | BigInt64Array = data.valueOffsets;
  const values: Uint8Array = data.values;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: data.length }, (_, i) =>
    bytes.toString('utf8', Number(offsets[i]), Number(offsets[i + 1])),
  );
}
