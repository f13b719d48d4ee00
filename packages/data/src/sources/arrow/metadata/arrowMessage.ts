import { UnreadableError } from '../../withPlace.js';
import { FlatTable } from './flatTable.js';

/** The message types of the IPC format that are read here. */
export type MessageKind = 'schema' | 'dictionary' | 'batch';

/** The metadata of one IPC message. Its body, if any, follows it in the stream or file. */
export interface ArrowMessage {
  readonly kind: MessageKind;
  /** Metadata version: 3 is V4, 4 is V5. */
  readonly version: number;
  readonly header: FlatTable;
  readonly bodyLength: number;
}

const kinds: Record<number, MessageKind> = { 1: 'schema', 2: 'dictionary', 3: 'batch' };

/** A body of 2 GiB or more cannot be read in one piece, and its values would be silently undefined. */
const MAX_BODY = 2 ** 31 - 1;

/**
 * Reads the metadata of a message.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format and format/Message.fbs
 */
export function arrowMessage(metadata: Uint8Array): ArrowMessage {
  const table = FlatTable.root(metadata);
  const version = table.int16(0);
  const type = table.uint8(1);
  const header = table.table(2);
  const kind = kinds[type];
  if (kind === undefined || header === undefined) {
    throw new UnreadableError(
      `expected a schema, dictionary or record batch message, got type ${type}; write the data again`,
    );
  }
  if (version < 3)
    throw new UnreadableError(
      `expected metadata version V4 or V5, got V${version + 1}; write it with a newer Arrow`,
    );
  const bodyLength = table.int64(3);
  if (bodyLength > MAX_BODY) {
    throw new UnreadableError(
      `expected a body below 2 GiB, got ${bodyLength} bytes; write smaller record batches`,
    );
  }
  return { kind, version, header, bodyLength };
}

/** How a message starts: `length` bytes of metadata follow the `size` bytes of the prefix. 0 ends a stream. */
export interface MessagePrefix {
  readonly size: 4 | 8;
  readonly length: number;
}

/** Reads a message's prefix: a continuation marker and the length, or before format 0.15 the length alone. */
export function messagePrefix(bytes: Uint8Array): MessagePrefix {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = view.getInt32(0, true);
  return first === -1 ? { size: 8, length: view.getInt32(4, true) } : { size: 4, length: first };
}
