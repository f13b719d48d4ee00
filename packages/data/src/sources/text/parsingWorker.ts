// What a parsing thread runs: one read after another, as long as it is asked.
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Data } from 'apache-arrow';
import { ByteRanges } from './byteRanges.js';
import type { ParsingAnswer, ParsingTask, ParsingThreadData, SentData } from './parsingThread.js';
import { RowIndex } from './rowIndex.js';
import { TextRows } from './textRows.js';

const { name, fd, columns, marks, leftOut } = workerData as ParsingThreadData;
const rows = new TextRows(
  { name, columns, index: new RowIndex(marks), leftOut: new ByteRanges(leftOut.starts, leftOut.ends) },
  (position, into) => {
    for (let done = 0; done < into.length; ) {
      const count = readSync(fd, into, done, into.length - done, position + done);
      if (count === 0) throw new RangeError('the file is cut off');
      done += count;
    }
  },
);

parentPort?.on('message', async ([from, count, fields]: ParsingTask) => {
  try {
    const block = await rows.read(from, count, fields);
    if (block === undefined) throw new RangeError('there are no such rows');
    const buffers = new Set<ArrayBuffer>();
    const sent = block.columns.map((column) => toSend(column, buffers));
    answer({ rows: block.rows, columns: sent, isLast: block.isLast === true }, [...buffers]);
  } catch {
    // The other thread reads these rows itself, and so meets the error as it is.
    answer('failed');
  }
});
answer('ready');

function answer(value: ParsingAnswer, buffers: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(value, buffers);
}

/** @param buffers takes in the memory of the column, which is not copied */
function toSend(data: Data, buffers: Set<ArrayBuffer>): SentData {
  const own = <T extends ArrayBufferView>(part: T | undefined | null): T | undefined => {
    if (!part) return undefined;
    buffers.add(part.buffer as ArrayBuffer);
    return part;
  };
  return {
    length: data.length,
    nullCount: data.nullCount,
    offsets: own(data.valueOffsets),
    values: own(data.values),
    valid: data.nullCount === 0 ? undefined : own(data.nullBitmap),
    children: data.children.map((child) => toSend(child, buffers)),
  };
}
