import { isUtf8 } from 'node:buffer';
import { DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import { plainStrings } from './stringViews.js';

/** What a decoder writes for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * Gives the string at each place of a column; what stands for a null is undefined.
 *
 * @param place the block and column
 * @throws {DataError} by the function answered, with the row, for bytes that are not UTF-8: two such strings could become
 *   the same one.
 */
export async function stringValues(column: Data, place: DataPlace): Promise<(index: number) => string> {
  const data: Data = DataType.isUtf8View(column.type) ? await plainStrings(column) : column;
  const offsets: Int32Array | BigInt64Array = data.valueOffsets;
  const values: Uint8Array = data.values;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return (row) => {
    const from = Number(offsets[row]);
    const to = Number(offsets[row + 1]);
    const text = bytes.toString('utf8', from, to);
    if (text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(from, to))) {
      throw new DataError(`expected UTF-8, got '${text.slice(0, 40)}'; write the data again as UTF-8`, {
        ...place,
        row,
      });
    }
    return text;
  };
}
