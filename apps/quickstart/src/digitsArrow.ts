import { DataError, sizeOf } from '@fluxion/tensor';
import {
  Field,
  FixedSizeList,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Uint8,
} from 'apache-arrow';
import type { Idx } from './idx.js';

/** Rows of a record batch: a block is what a reader holds in memory, here 0.8 MB. */
const ROWS_PER_BATCH = 1000;

/** The columns of a file of digits. */
export type DigitColumns = { image: FixedSizeList<Uint8>; digit: Uint8 };

/**
 * The digits as an Arrow IPC file: `image` FixedSizeList<uint8>[pixels] and `digit` uint8, neither ever null.
 *
 * @param images [digits, height, width]
 * @param labels [digits], each from 0 to 9
 * @throws {DataError} when there are not as many labels as images, or a label is no digit.
 */
export function digitsArrow(images: Idx, labels: Idx): Uint8Array {
  const rows = labels.values.length;
  if (images.shape[0] !== rows) {
    throw new DataError(`expected a label for each of ${images.shape[0]} images, got ${rows} labels`);
  }
  const wrong = labels.values.findIndex((label) => label > 9);
  if (wrong !== -1) {
    throw new DataError(`expected a digit from 0 to 9, got ${labels.values[wrong]}`, { row: wrong });
  }
  const pixels = sizeOf(images.shape.slice(1));
  const schema = digitsSchema(pixels);
  const writer = new RecordBatchFileWriter<DigitColumns>();
  for (let row = 0; row < rows; row += ROWS_PER_BATCH) {
    const end = Math.min(row + ROWS_PER_BATCH, rows);
    writer.write(
      digitsBatch(
        schema,
        images.values.subarray(row * pixels, end * pixels),
        labels.values.subarray(row, end),
      ),
    );
  }
  return writer.finish().toUint8Array(true);
}

function digitsSchema(pixels: number): Schema<DigitColumns> {
  const pixel = new Field('pixel', new Uint8(), false);
  return new Schema<DigitColumns>([
    new Field('image', new FixedSizeList(pixels, pixel), false),
    new Field('digit', new Uint8(), false),
  ]);
}

/** A batch over the given bytes, without copying them. */
function digitsBatch(
  schema: Schema<DigitColumns>,
  pixels: Uint8Array,
  digits: Uint8Array,
): RecordBatch<DigitColumns> {
  const image = schema.fields[0]?.type as FixedSizeList<Uint8>;
  const length = digits.length;
  const column = { nullCount: 0, nullBitmap: null };
  return new RecordBatch<DigitColumns>(
    schema,
    makeData({
      type: new Struct<DigitColumns>(schema.fields),
      length,
      ...column,
      children: [
        makeData({
          type: image,
          length,
          ...column,
          child: makeData({ type: new Uint8(), length: pixels.length, ...column, data: pixels }),
        }),
        makeData({ type: new Uint8(), length, ...column, data: digits }),
      ],
    }),
  );
}
