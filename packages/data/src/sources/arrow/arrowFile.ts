import type { FileHandle } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';
import type { Data, Schema } from 'apache-arrow';
import type { BadRowOptions } from '../badRows/badRowOptions.js';
import { usableRows } from '../badRows/usableRows.js';
import { eventLoopTurn } from '../eventLoopTurn.js';
import { expectVersion, fileVersion } from '../fileVersion.js';
import type { NoticeOption } from '../noticeOption.js';
import { openTableFile } from '../openTableFile.js';
import { readAt } from '../readAt.js';
import type { Block, OpenSource, Source } from '../source.js';
import { SpareMemory } from '../spareMemory.js';
import { UnreadableError, withPlace } from '../withPlace.js';
import type { CodecName } from './batches/arrowBatch.js';
import { ArrowDictionaries } from './batches/arrowDictionaries.js';
import { type BatchPlan, batchPlan, decodeColumns } from './batches/batchPlan.js';
import { BatchStarts } from './batches/batchStarts.js';
import { bodyReader, rangeReader } from './batches/bodyReader.js';
import type { ColumnLayout } from './batches/columnLayout.js';
import { type BatchPart, isJoinable, joinBatches, joinedRoom } from './batches/joinBatches.js';
import { UnpackedBatches } from './compression/unpackedBatches.js';
import { type ArrowFooter, arrowFooter } from './metadata/arrowFooter.js';
import { type ArrowMessage, arrowMessage, type MessageKind, messagePrefix } from './metadata/arrowMessage.js';
import type { FileBlock } from './metadata/fileBlocks.js';

/**
 * Options of an Arrow file. Told is that compressed batches are unpacked to a temporary file. A bad row is one with a value that no
 * encoder takes, as an infinity or bytes that are not UTF-8: `usableRows` finds those of an encoder.
 */
export interface ArrowFileOptions extends BadRowOptions, NoticeOption {}

/**
 * An Arrow IPC file (also called Feather version 2). The file is never read whole: only its footer, and of each record
 * batch the part that the columns and rows asked for are in. Rows may be read in any order.
 *
 * Read are little-endian files, uncompressed or compressed by lz4 or zstd, with record batches below 2 GiB. Where rows
 * within a compressed batch are read out of order, as they are to be shuffled, or it holds more than 64 MiB, its columns
 * are unpacked to a temporary file once.
 *
 * @throws {DataError} by `open` and `read`, when the file is missing, is no Arrow file, is cut off, damaged, or written to while it is
 *   read.
 * @example
 * const reader = await openExamples(arrowFile('train.arrow'), { input: 'image', target: 'digit' });
 */
export function arrowFile(path: string, { notice, ...badRows }: ArrowFileOptions = {}): Source {
  const options: NoticeOption = { notice };
  const source: Source = {
    name: path,
    files: async () => [path],
    open: async (signal) => {
      signal?.throwIfAborted();
      const handle = await openTableFile(path).catch((cause: Error) => {
        throw new DataError(
          `cannot open the file: ${cause.message}; check the path`,
          { file: path },
          { cause },
        );
      });
      try {
        const version = await fileVersion(handle);
        const footer = await arrowFooter(path, handle);
        const reader = new ArrowFileReader(path, handle, version, footer, options, signal);
        await reader.readDictionaries();
        return reader;
      } catch (error) {
        await handle.close();
        throw error;
      }
    },
  };
  return usableRows(source, badRows);
}

/** Rows of a batch are read by themselves, column by column, where this spares so many bytes; else all of it, in one go. */
const SMALL_READ = 2 ** 16;

/** Batches of at most so many bytes are read together, and joined. */
const JOINED = 2 ** 14;

/** Most bytes that a compressed batch may be unpacked to in memory. */
const MOST_IN_MEMORY = 2 ** 26;

class ArrowFileReader implements OpenSource {
  readonly schema: Schema;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #version: string;
  readonly #footer: ArrowFooter;
  readonly #options: NoticeOption;
  readonly #signal: AbortSignal | undefined;
  readonly #dictionaries: ArrowDictionaries;
  readonly #starts = new BatchStarts();
  readonly #spare = new SpareMemory();
  readonly #unpacked = new UnpackedBatches();
  /** How far into a body the columns have reached: so much of the next is read along with its message, in one go. */
  #reach = 0;
  /** The compressed batch that was decoded last, where only a part of it was asked for. */
  #decoded:
    | { readonly batch: number; readonly fields: string; readonly columns: readonly Data[] }
    | undefined;
  #hasTold = false;
  /** Whether small batches are joined, which can be done until one is damaged. */
  #joins = true;

  constructor(
    path: string,
    handle: FileHandle,
    version: string,
    footer: ArrowFooter,
    options: NoticeOption,
    signal: AbortSignal | undefined,
  ) {
    this.schema = footer.schema;
    this.#path = path;
    this.#handle = handle;
    this.#version = version;
    this.#footer = footer;
    this.#options = options;
    this.#signal = signal;
    this.#dictionaries = new ArrowDictionaries(footer.schema, false);
  }

  async readDictionaries(): Promise<void> {
    const { dictionaries } = this.#footer;
    for (let i = 0; i < dictionaries.length; i++) {
      this.#signal?.throwIfAborted();
      const block = dictionaries.at(i) as FileBlock;
      const bytes = await this.#bytes(block.start, block.metadataLength);
      const message = await this.#located('dictionary', undefined, () =>
        messageOf(bytes, block, 'dictionary'),
      );
      const body = await this.#bytes(block.body, message.bodyLength);
      await this.#located('dictionary', undefined, () => this.#dictionaries.add(message, body));
    }
  }

  async countRows(): Promise<number> {
    await this.#learnStarts(Number.POSITIVE_INFINITY);
    return this.#starts.rows;
  }

  async read(from: number, count: number, fields: readonly number[]): Promise<Block | undefined> {
    await this.#learnStarts(from - 1);
    const joined = this.#joins ? await this.#joined(from, count, fields) : undefined;
    if (joined !== undefined) return joined;
    for (;;) {
      this.#signal?.throwIfAborted();
      const batch = this.#starts.batchOf(from);
      const block = this.#footer.blocks.at(batch);
      if (block === undefined) return undefined;
      const first = from - this.#starts.start(batch);
      const { plan, memory, along } = await this.#plan(batch, block, fields);
      if (batch === this.#starts.known) this.#starts.add(plan.rows);
      if (plan.rows <= first) {
        this.#spare.giveBack(memory);
        continue;
      }
      const rows = Math.min(count, plan.rows - first);
      const isLast = batch === this.#footer.blocks.length - 1 && first + rows === plan.rows;
      const part = await this.#part(batch, block, plan, fields, first, rows);
      if (part !== undefined) {
        this.#spare.giveBack(memory);
        return { rows, columns: part, isLast };
      }
      const whole = await this.#whole(batch, block, plan, memory, along);
      const columns = rows === plan.rows ? whole.columns : whole.columns.map((c) => c.slice(first, rows));
      if (plan.codec === undefined || rows === plan.rows) {
        return { rows, columns, isLast, release: () => this.#spare.giveBack(whole.memory) };
      }
      this.#decoded = { batch, fields: fields.join(), columns: whole.columns };
      return { rows, columns, isLast };
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#handle.close(), this.#unpacked.close()]);
  }

  /**
   * The rows of small batches that lie side by side, as one block; undefined where they are fewer than two, or have to be
   * read by themselves. What is wrong with one of them is told when it is read by itself.
   */
  async #joined(from: number, count: number, fields: readonly number[]): Promise<Block | undefined> {
    const { blocks } = this.#footer;
    const starts = this.#starts;
    const first = starts.batchOf(from);
    const block = blocks.at(first);
    if (block === undefined || starts.start(first) !== from || block.bodyLength > JOINED) return undefined;
    await this.#learnStarts(from);
    let last = blocks.lastNear(first, starts.known, SMALL_READ, 16 * SMALL_READ);
    while (last > first && starts.start(last + 1) > from + count) last--;
    if (last === first) return undefined;

    const end = blocks.at(last) as FileBlock;
    const length = end.body + end.bodyLength - block.start;
    const held = this.#spare.take(length);
    const memory = this.#spare.take(joinedRoom(length));
    try {
      const bytes = await this.#bytes(block.start, length, held);
      const parts: BatchPart[] = [];
      for (let batch = first; batch <= last; batch++) {
        const own = blocks.at(batch) as FileBlock;
        const body = own.body - block.start;
        const message = messageOf(bytes.subarray(own.start - block.start, body), own, 'batch');
        const { codec, layouts } = batchPlan(message, this.schema, fields);
        this.#joins &&= codec === undefined && layouts.every(isJoinable);
        if (!this.#joins) return undefined;
        parts.push({ layouts, body: bytes.subarray(body, body + own.bodyLength) });
        if (parts.length % 64 === 0) await eventLoopTurn();
      }
      const { layouts, body } = joinBatches(parts, memory);
      const rows = starts.start(last + 1) - from;
      const columns = await decodeColumns(
        layouts,
        0,
        rows,
        bodyReader(body, 0, undefined),
        this.#dictionaries,
      );
      return {
        rows,
        columns,
        isLast: last === blocks.length - 1,
        release: () => this.#spare.giveBack(memory),
      };
    } catch {
      this.#joins = false;
      return undefined;
    } finally {
      this.#spare.giveBack(held);
      if (!this.#joins) this.#spare.giveBack(memory);
    }
  }

  /** Reads the message of a batch and, along with it, as much of the body as the columns have reached so far. */
  async #plan(
    batch: number,
    block: FileBlock,
    fields: readonly number[],
  ): Promise<{ plan: BatchPlan; memory: Uint8Array<ArrayBuffer>; along: number }> {
    const { start, metadataLength, bodyLength } = block;
    const along = Math.min(this.#reach, bodyLength);
    const memory = this.#spare.take(metadataLength + along);
    await this.#bytes(start, metadataLength + along, memory);
    const plan = await this.#located('record batch', batch, () =>
      batchPlan(messageOf(memory.subarray(0, metadataLength), block, 'batch'), this.schema, fields),
    );
    return { plan, memory, along };
  }

  /** Rows of a batch, where reading them alone is cheaper than reading all of it. */
  async #part(
    batch: number,
    block: FileBlock,
    plan: BatchPlan,
    fields: readonly number[],
    first: number,
    rows: number,
  ): Promise<readonly Data[] | undefined> {
    const { codec, extent } = plan;
    if (rows === plan.rows) return undefined;
    const decode = (
      layouts: readonly ColumnLayout[],
      read: ReturnType<typeof rangeReader>,
    ): Promise<Data[]> =>
      this.#located('record batch', batch, () =>
        decodeColumns(layouts, first, rows, read, this.#dictionaries),
      );
    if (codec === undefined) {
      if (extent.length * (1 - rows / plan.rows) < SMALL_READ) return undefined;
      // Its next message will be read by itself.
      this.#reach = 0;
      return decode(
        plan.layouts,
        rangeReader((start, length) => this.#bytes(block.body + start, length)),
      );
    }
    if (this.#decoded?.batch === batch && this.#decoded.fields === fields.join()) {
      return this.#decoded.columns.map((column) => column.slice(first, rows));
    }
    if (first === 0 && rowBytes(plan.layouts) * plan.rows <= MOST_IN_MEMORY) return undefined;
    return decode(await this.#unpack(batch, block, plan, codec), this.#unpacked.read);
  }

  async #unpack(
    batch: number,
    { body }: FileBlock,
    { layouts }: BatchPlan,
    codec: CodecName,
  ): Promise<readonly ColumnLayout[]> {
    if (!this.#hasTold) {
      this.#options.notice?.(
        `${this.#path}: compressed record batches are unpacked to a temporary file, since their rows are read in another order or are very many; write the file uncompressed to save this`,
      );
    }
    this.#hasTold = true;
    const unpacked: ColumnLayout[] = [];
    for (const layout of layouts) {
      unpacked.push(
        await this.#located('record batch', batch, () =>
          this.#unpacked.layout(batch, layout, codec, ({ start, length }) =>
            this.#bytes(body + start, length),
          ),
        ),
      );
    }
    return unpacked;
  }

  /** All rows of a batch. `memory` holds its message and the first `along` bytes of its body. */
  async #whole(
    batch: number,
    block: FileBlock,
    { rows, codec, layouts, extent }: BatchPlan,
    memory: Uint8Array<ArrayBuffer>,
    along: number,
  ): Promise<{ columns: readonly Data[]; memory: Uint8Array<ArrayBuffer> }> {
    const { start, length } = extent;
    const end = start + length;
    // Columns far into a body are read by themselves: what lies before them is not wanted.
    if (start <= length) this.#reach = Math.max(this.#reach, end);
    let bytes: Uint8Array = memory.subarray(block.metadataLength + start, block.metadataLength + end);
    let held = memory;
    if (end > along) {
      this.#spare.giveBack(memory);
      held = this.#spare.take(length);
      bytes = await this.#bytes(block.body + start, length, held);
    }
    const columns = await this.#located('record batch', batch, () =>
      decodeColumns(layouts, 0, rows, bodyReader(bytes, start, codec), this.#dictionaries),
    );
    return { columns, memory: held };
  }

  /**
   * Reads the metadata of batches until the one with this row is known. That of small ones is read together with what
   * lies between.
   */
  async #learnStarts(row: number): Promise<void> {
    const { blocks } = this.#footer;
    while (this.#starts.known < blocks.length && this.#starts.rows <= row) {
      this.#signal?.throwIfAborted();
      const first = this.#starts.known;
      const last = blocks.lastNear(first, blocks.length, SMALL_READ, 16 * SMALL_READ);
      const { start } = blocks.at(first) as FileBlock;
      const bytes = await this.#bytes(start, (blocks.at(last) as FileBlock).body - start);
      for (let batch = first; batch <= last; batch++) {
        const block = blocks.at(batch) as FileBlock;
        const at = block.start - start;
        const rows = await this.#located('record batch', batch, () =>
          messageOf(bytes.subarray(at, at + block.metadataLength), block, 'batch').header.int64(0),
        );
        this.#starts.add(rows);
      }
    }
  }

  async #bytes(position: number, length: number, memory?: Uint8Array): Promise<Uint8Array> {
    const bytes = await readAt(this.#handle, this.#path, position, length, memory);
    await expectVersion(this.#handle, this.#path, this.#version);
    return bytes;
  }

  #located<T>(what: string, block: number | undefined, read: () => T | Promise<T>): Promise<T> {
    return withPlace({ file: this.#path, block }, what, read);
  }
}

/** About how many bytes a row of these columns takes in memory, strings aside. */
function rowBytes(layouts: readonly ColumnLayout[]): number {
  const widthOf = ({ type, children }: ColumnLayout): number => {
    const [child] = children;
    if (child !== undefined && 'listSize' in type) return (type.listSize as number) * widthOf(child);
    return 8;
  };
  return layouts.reduce((sum, layout) => sum + widthOf(layout), 0);
}

/** The message in these bytes, checked to be of its kind and no longer than the footer lists. */
function messageOf(bytes: Uint8Array, block: FileBlock, kind: MessageKind): ArrowMessage {
  const prefix = messagePrefix(bytes);
  if (prefix.size + prefix.length !== block.metadataLength) {
    throw new UnreadableError(
      `expected ${block.metadataLength} bytes of metadata, as the footer lists, got ${prefix.size + prefix.length}; write the file again`,
    );
  }
  const message = arrowMessage(bytes.subarray(prefix.size));
  if (message.kind !== kind || message.bodyLength > block.bodyLength) {
    throw new UnreadableError(
      `expected a ${kind} message with a body of ${block.bodyLength} bytes, got a ${message.kind} message with ${message.bodyLength}; write the file again`,
    );
  }
  return message;
}
