import {
  type Data,
  DataType,
  Field,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  Schema,
  Struct,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { FileQueue } from '../output/fileQueue.js';
import type { TableWriter } from './tableWriter.js';

/**
 * A table as an Arrow IPC file, a record batch for each block. Dictionaries are written out as words: blocks may have
 * different ones, and a file may not.
 */
export function arrowTableWriter(
  { fields, metadata }: Schema,
  file: { write(bytes: Uint8Array): void },
): TableWriter {
  const written = fields.map(({ name, type, metadata }) => {
    const own = DataType.isDictionary(type) ? new Utf8() : type;
    return new Field(name, own, true, metadata);
  });
  const schema = new Schema(written, metadata);
  const writer = new RecordBatchFileWriter().reset(new FileQueue(file), schema);
  return {
    write({ rows: length, columns }) {
      const children = columns.map((data) => (DataType.isDictionary(data.type) ? words(data) : data));
      writer.write(
        new RecordBatch(schema, makeData({ type: new Struct(written), length, nullCount: 0, children })),
      );
    },
    end() {
      writer.finish();
    },
  };
}

function words(data: Data): Data {
  const values = Array.from(new Vector([data]), (value) => (value === null ? null : String(value)));
  return vectorFromArray(values, new Utf8()).data[0] as Data;
}
