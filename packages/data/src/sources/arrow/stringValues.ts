import { type Data, DataType } from 'apache-arrow';
import { plainStrings } from './stringViews.js';

/** Gives the string at each place of a column; what stands for a null is of no meaning. */
export async function stringValues(column: Data): Promise<(index: number) => string> {
  const data: Data = DataType.isUtf8View(column.type) ? await plainStrings(column) : column;
  const offsets: Int32Array | BigInt64Array = data.valueOffsets;
  const values: Uint8Array = data.values;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return (index) => bytes.toString('utf8', Number(offsets[index]), Number(offsets[index + 1]));
}
