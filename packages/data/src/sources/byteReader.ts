import { addAbortSignal, Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { DataError } from '@fluxion/tensor';
import { forEachPiece } from './forEachPiece.js';

/** Whatever gives bytes in pieces: a Node stream, a web stream, an async generator. */
export type ByteInput = Readable | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Cuts a stream of pieces into pieces of the lengths asked for. Memory is taken as bytes come, not as a length
 * announces them.
 */
export class ByteReader {
  readonly #stream: Readable;
  readonly #pieces: AsyncIterator<unknown>;
  readonly #name: string;
  readonly #signal: AbortSignal | undefined;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(input: ByteInput, name: string, signal: AbortSignal | undefined) {
    this.#name = name;
    this.#signal = signal;
    this.#stream = nodeStream(input);
    this.#pieces = this.#stream[Symbol.asyncIterator]();
    if (signal !== undefined) addAbortSignal(signal, this.#stream);
  }

  /** The next `length` bytes, in memory of their own; fewer at the end of the stream. */
  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = length;
    for (;;) {
      const part = this.#piece.subarray(0, missing);
      this.#piece = this.#piece.subarray(part.byteLength);
      if (part.byteLength > 0) parts.push(part);
      missing -= part.byteLength;
      if (missing === 0 || !(await this.#pull())) return join(parts, length - missing);
    }
  }

  /** Whether bytes have come that were not taken yet. It doesn't wait for any. */
  get hasMore(): boolean {
    return this.#piece.byteLength > 0;
  }

  /** Passes over bytes. Returns how many there were. */
  async skip(length: number): Promise<number> {
    let missing = length;
    for (;;) {
      const passed = Math.min(missing, this.#piece.byteLength);
      this.#piece = this.#piece.subarray(passed);
      missing -= passed;
      if (missing === 0 || !(await this.#pull())) return length - missing;
    }
  }

  /** Waits for the next piece. False at the end. */
  async #pull(): Promise<boolean> {
    const { done, value } = await this.#pieces.next().catch((cause: Error) => {
      this.#signal?.throwIfAborted();
      throw new DataError(
        `cannot read the stream: ${cause.message}; check its source`,
        { file: this.#name },
        { cause },
      );
    });
    this.#signal?.throwIfAborted();
    if (done === true) return false;
    if (!(value instanceof Uint8Array)) {
      throw new DataError(`expected pieces of bytes, got ${typeof value}; give a stream of Uint8Array`, {
        file: this.#name,
      });
    }
    this.#piece = value;
    return true;
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** The input as a Node stream: only these can be destroyed while a read waits. */
function nodeStream(input: ByteInput): Readable {
  if (input instanceof Readable) return input;
  return input instanceof ReadableStream
    ? Readable.fromWeb(input)
    : Readable.from(input, { objectMode: true, highWaterMark: 1 });
}

async function join(parts: readonly Uint8Array[], length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    const start = at;
    await forEachPiece(part.byteLength, (from, to) => bytes.set(part.subarray(from, to), start + from));
    at += part.byteLength;
  }
  return bytes;
}
