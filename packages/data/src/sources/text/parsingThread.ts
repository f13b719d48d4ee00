import { Worker } from 'node:worker_threads';
import { Data, type DataType, type Schema } from 'apache-arrow';
import type { Block } from '../source.js';
import type { ColumnLayout } from './textFormat.js';
import type { TextLayout } from './textRows.js';

/** What the thread is given when it starts. */
export interface ParsingThreadData {
  readonly name: string;
  /** The number of the open file. */
  readonly fd: number;
  readonly columns: ColumnLayout;
  readonly marks: Float64Array;
  readonly leftOut: { readonly starts: number[]; readonly ends: number[] };
}

/** What it is asked: the arguments of `read`. */
export type ParsingTask = readonly [from: number, count: number, fields: readonly number[]];

/** What it answers: that it is ready, what has been read, or that reading has failed. */
export type ParsingAnswer =
  | 'ready'
  | 'failed'
  | { readonly rows: number; readonly columns: readonly SentData[]; readonly isLast: boolean };

/** A column on its way to another thread: all of its `Data` but the type. */
export interface SentData {
  readonly length: number;
  readonly nullCount: number;
  readonly offsets: Int32Array | undefined;
  readonly values: Uint8Array | undefined;
  readonly valid: Uint8Array | undefined;
  readonly children: readonly SentData[];
}

/**
 * A thread that reads rows of a text, so that they are parsed while the caller trains. It keeps no process alive but while
 * a read waits.
 */
export class ParsingThread {
  readonly #worker: Worker;
  readonly #types: readonly DataType[];
  #isReady = false;
  /** Settles the read that waits. */
  #settle: ((answer: ParsingAnswer) => void) | undefined;

  /** @param fd the number of the open file, which is to stay open until the thread has been closed */
  constructor({ name, columns, index, leftOut }: TextLayout, schema: Schema, fd: number) {
    this.#types = schema.fields.map(({ type }) => type);
    const { starts, ends } = leftOut;
    const workerData: ParsingThreadData = {
      name,
      fd,
      columns,
      marks: index.marks,
      leftOut: { starts, ends },
    };
    // Sources and compiled files lie equally deep, so one path finds the compiled worker from both.
    this.#worker = new Worker(new URL('../../../dist/sources/text/parsingWorker.js', import.meta.url), {
      workerData,
      // What this process was started with, as --input-type, is not for a file.
      execArgv: [],
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: ParsingAnswer) => {
      if (answer === 'ready') this.#isReady = true;
      else this.#settle?.(answer);
    });
    const end = (): void => {
      this.#isReady = false;
      this.#settle?.('failed');
    };
    // Whoever reads does so without it then.
    this.#worker.on('error', end);
    this.#worker.on('exit', end);
  }

  /** Whether it has started, and lives. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Reads rows that there are; undefined where that fails, for whatever reason. One read at a time. */
  async read(from: number, count: number, fields: readonly number[]): Promise<Block | undefined> {
    this.#worker.ref();
    const answer = await new Promise<ParsingAnswer>((resolve) => {
      this.#settle = resolve;
      this.#worker.postMessage([from, count, fields] satisfies ParsingTask);
    });
    this.#settle = undefined;
    this.#worker.unref();
    if (typeof answer === 'string') return undefined;
    const { rows, columns, isLast } = answer;
    return {
      rows,
      isLast,
      columns: columns.map((column, i) => received(column, this.#types[fields[i] as number] as DataType)),
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function received({ length, nullCount, offsets, values, valid, children }: SentData, type: DataType): Data {
  return new Data(
    type,
    0,
    length,
    nullCount,
    // As Arrow numbers them: offsets, values, which of them are valid. Absent ones may be undefined here.
    [offsets, values, valid] as ConstructorParameters<typeof Data>[4],
    children.map((child, i) => received(child, type.children[i]?.type as DataType)),
  );
}
