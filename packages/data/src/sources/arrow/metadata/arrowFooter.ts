import type { FileHandle } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';
import type { Schema } from 'apache-arrow';
import { readAt } from '../../readAt.js';
import { UnreadableError, withPlace } from '../../withPlace.js';
import { arrowSchema } from './arrowSchema.js';
import { FILE_HEADER, FileBlocks } from './fileBlocks.js';
import { FlatTable } from './flatTable.js';

/** The table of contents of an Arrow file. */
export interface ArrowFooter {
  readonly schema: Schema;
  readonly dictionaries: FileBlocks;
  readonly blocks: FileBlocks;
}

const MAGIC = 'ARROW1';
/** The footer's length and the magic, at the end. */
const FILE_TRAILER = 10;

/**
 * Reads the footer of an Arrow file and checks that all it lists lies inside the file.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format and format/File.fbs
 */
export async function arrowFooter(path: string, handle: FileHandle): Promise<ArrowFooter> {
  const { size } = await handle.stat();
  const head = await readAt(handle, path, 0, Math.min(size, FILE_HEADER));
  if (latin1(head.subarray(0, 6)) !== MAGIC) {
    throw new DataError(`expected an Arrow file, which starts with ${MAGIC}, got ${otherFormat(head)}`, {
      file: path,
    });
  }
  const tail =
    size < FILE_HEADER + FILE_TRAILER ? head : await readAt(handle, path, size - FILE_TRAILER, FILE_TRAILER);
  const length = tail.byteLength < FILE_TRAILER ? -1 : new DataView(tail.buffer).getInt32(0, true);
  const start = size - FILE_TRAILER - length;
  if (latin1(tail.subarray(4)) !== MAGIC || length <= 0 || start < FILE_HEADER) {
    throw new DataError(
      `expected a footer and ${MAGIC} at the end of the file, got none: the file is cut off or was never closed; write it again`,
      { file: path },
    );
  }
  const bytes = await readAt(handle, path, start, length);
  return withPlace({ file: path }, 'footer', async () => {
    const footer = FlatTable.root(bytes);
    const schema = footer.table(1);
    if (schema === undefined) throw new UnreadableError('expected a schema, got none; write the file again');
    const [dictionaries, blocks] = [new FileBlocks(footer, 2), new FileBlocks(footer, 3)];
    await dictionaries.check(start);
    await blocks.check(start);
    return { schema: arrowSchema(schema), dictionaries, blocks };
  });
}

/** What a file is that is none of ours, and what to do with it, as far as its first bytes tell. */
function otherFormat(head: Uint8Array): string {
  const text = latin1(head);
  if (text.startsWith('\xff\xff\xff\xff')) {
    return 'the Arrow stream format; convert it to an Arrow IPC file, or read it as a stream with arrowStream';
  }
  if (text.startsWith('PAR1')) return 'a Parquet file; convert it to an Arrow file';
  if (text.startsWith('FEA1')) return 'a Feather file of version 1; write it with version 2';
  return head.length === 0 ? 'an empty file; write it again' : 'other bytes; give an Arrow IPC file';
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
