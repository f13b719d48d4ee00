import { Dictionary, Field, Int32, Schema } from 'apache-arrow';
import { MAX_COLUMNS } from '../../text/columnNames.js';
import { UnreadableError } from '../../withPlace.js';
import { arrowType, intType } from './arrowType.js';
import type { FlatTable } from './flatTable.js';

const MAX_DEPTH = 64;

/** Longest name of a column, in bytes. */
const MAX_NAME = 4000;

/**
 * Decodes a schema, of a stream's first message or a file's footer.
 *
 * It is decoded here, since the library follows offsets unchecked, so that columns which point back at each other keep
 * it busy for ever, and it takes big-endian values for little-endian ones.
 *
 * @see format/Schema.fbs
 */
export function arrowSchema(schema: FlatTable): Schema {
  if (schema.int16(0) !== 0) {
    throw new UnreadableError(
      'expected little-endian values, got big-endian ones; write it on a little-endian machine',
    );
  }
  // Each column takes more than four bytes of its own, unless columns share what is theirs.
  let budget = schema.view.byteLength / 4;
  const dictionaries = new Map<number, Dictionary['dictionary']>();

  const decodeField = (field: FlatTable, depth: number): Field => {
    if (depth > MAX_DEPTH || --budget < 0) {
      throw new UnreadableError(`expected at most ${MAX_DEPTH} levels of columns in columns; flatten them`);
    }
    const children = field.tables(5).map((child) => decodeField(child, depth + 1));
    const type = arrowType(field.uint8(2), field.table(3), children);
    const encoding = field.table(4);
    const name = field.string(0, MAX_NAME);
    const nullable = field.uint8(1) !== 0;
    if (encoding === undefined) return new Field(name, type, nullable);
    const id = encoding.int64(0);
    const index = encoding.table(1);
    // The library's types leave out codes of 64 bits, which it can hold as well.
    const indices = (index === undefined ? new Int32() : intType(index)) as Dictionary['indices'];
    dictionaries.set(id, type);
    return new Field(name, new Dictionary(type, indices, id, encoding.uint8(2) !== 0), nullable);
  };

  const columns = schema.vector(1, 4).length;
  if (columns > MAX_COLUMNS) {
    throw new UnreadableError(`expected at most ${MAX_COLUMNS} columns, got ${columns}; join them to lists`);
  }
  const fields = schema.tables(1).map((field) => decodeField(field, 0));
  return new Schema(fields, undefined, dictionaries);
}
