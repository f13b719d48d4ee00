import { type FileHandle, open } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';
import { located, UnreadableError } from '../located.js';
import { readAt } from '../readAt.js';
import type { OpenSource, Source } from '../source.js';
import { SpareMemory } from '../spareMemory.js';
import { planBlock } from './arrowBlock.js';
import { ArrowDictionaries } from './arrowDictionaries.js';
import { arrowFooter, type FileBlock } from './arrowFooter.js';
import { type ArrowMessage, arrowMessage, type MessageKind, messagePrefix } from './arrowMessage.js';

/**
 * An Arrow IPC file (also called Feather version 2), read record batch by record batch. The file is never read whole:
 * only its footer, and of each record batch the part that the columns asked for are in. Its blocks are addressed by
 * number, so they can be shuffled and gone back to.
 *
 * Read are little-endian files, uncompressed or compressed by lz4 or zstd, with record batches below 2 GiB.
 *
 * @throws {DataError} by `open` and `read`, when the file is missing, is no Arrow file, is cut off or damaged.
 * @example
 * const reader = await openExamples(arrowFile('train.arrow'), { input: 'image', target: 'digit' });
 */
export function arrowFile(path: string): Source {
  return {
    name: path,
    open: async (signal) => {
      signal?.throwIfAborted();
      const handle = await open(path).catch((cause: Error) => {
        throw new DataError(
          `cannot open the file: ${cause.message}; check the path`,
          { file: path },
          { cause },
        );
      });
      try {
        return await openFile(path, handle, signal);
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
  };
}

async function openFile(
  path: string,
  handle: FileHandle,
  signal: AbortSignal | undefined,
): Promise<OpenSource> {
  const footer = await arrowFooter(path, handle);
  const { schema } = footer;
  const dictionaries = new ArrowDictionaries(schema, false);
  for (const block of footer.dictionaries) {
    signal?.throwIfAborted();
    const message = await blockMessage(path, handle, block, 'dictionary');
    const body = await readAt(handle, path, block.body, message.bodyLength);
    await located({ file: path }, 'dictionary', () => dictionaries.add(message, body));
  }

  const spare = new SpareMemory();
  // How far into a body the columns have reached: so much of the next is read along with its message, in one go.
  let reach = 0;

  return {
    schema,
    blockCount: footer.blocks.length,
    countRows: async () => {
      let rows = 0;
      for (const [index, block] of footer.blocks.entries()) {
        signal?.throwIfAborted();
        const message = await blockMessage(path, handle, block, 'batch', index);
        rows += await located({ file: path, block: index }, 'record batch', () => message.header.int64(0));
      }
      return rows;
    },
    read: async (index, fields) => {
      signal?.throwIfAborted();
      const block = footer.blocks[index];
      if (block === undefined) return undefined;
      const place = { file: path, block: index };
      const { metadataLength, bodyLength } = block;
      const along = Math.min(reach, bodyLength);
      let memory = spare.take(metadataLength + along);
      await readAt(handle, path, block.start, metadataLength + along, memory);
      const plan = await located(place, 'record batch', () =>
        planBlock(
          messageOf(memory.subarray(0, metadataLength), block, 'batch'),
          schema,
          fields,
          dictionaries,
        ),
      );
      const { start, length } = plan.extent;
      const end = start + length;
      // Columns far into a body are read by themselves: what lies before them is not wanted.
      if (start <= length) reach = Math.max(reach, end);
      let bytes: Uint8Array = memory.subarray(metadataLength + start, metadataLength + end);
      if (end > along) {
        spare.giveBack(memory);
        memory = spare.take(length);
        bytes = await readAt(handle, path, block.body + start, length, memory);
      }
      const decoded = await located(place, 'record batch', () => plan.decode(bytes));
      return { ...decoded, release: () => spare.giveBack(memory) };
    },
    close: () => handle.close(),
  };
}

/** The message that the footer lists as this block, checked to be of its kind and no longer than listed. */
async function blockMessage(
  path: string,
  handle: FileHandle,
  block: FileBlock,
  kind: MessageKind,
  index?: number,
): Promise<ArrowMessage> {
  const bytes = await readAt(handle, path, block.start, block.metadataLength);
  return located({ file: path, block: index }, kind === 'batch' ? 'record batch' : kind, () =>
    messageOf(bytes, block, kind),
  );
}

/** The message in these bytes, checked in the same way. */
function messageOf(bytes: Uint8Array, block: FileBlock, kind: MessageKind): ArrowMessage {
  const prefix = messagePrefix(bytes);
  const message = arrowMessage(bytes.subarray(prefix.size));
  if (message.kind !== kind || message.bodyLength > block.bodyLength) {
    throw new UnreadableError(
      `expected a ${kind} message with a body of ${block.bodyLength} bytes, got a ${message.kind} message with ${message.bodyLength}; write the file again`,
    );
  }
  return message;
}
