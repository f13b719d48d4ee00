import { DataError } from '@fluxion/tensor';
import type { ByteReader } from '../../byteReader.js';
import { withPlace } from '../../withPlace.js';
import { type ArrowMessage, arrowMessage, messagePrefix } from './arrowMessage.js';

/** Reads an IPC stream message by message. After each, its body must be taken or skipped. */
export class MessageReader {
  readonly #name: string;
  readonly #bytes: ByteReader;
  #ended = false;

  constructor(name: string, bytes: ByteReader) {
    this.#name = name;
    this.#bytes = bytes;
  }

  /**
   * The metadata of the next message, or undefined at the end-of-stream marker and after.
   *
   * @throws {DataError} when the stream ends without the marker, or what comes is no message.
   */
  async next(): Promise<ArrowMessage | undefined> {
    if (this.#ended) return undefined;
    const place = { file: this.#name };
    const marker = await this.#take(4, 'an end-of-stream marker');
    const isMarker = marker.every((byte) => byte === 0xff);
    const prefix = messagePrefix(isMarker ? join(marker, await this.#take(4, "a message's length")) : marker);
    if (String.fromCharCode(...marker) === 'ARRO') {
      throw new DataError(
        'expected the Arrow stream format, got the file format; read it with arrowFile(path)',
        place,
      );
    }
    this.#ended = prefix.length === 0;
    if (this.#ended) {
      // A sender may keep its connection open, so what may come later is not waited for.
      if (this.#bytes.hasMore) {
        throw new DataError(
          'expected no bytes after the end-of-stream marker, got some; give one whole stream',
          place,
        );
      }
      return undefined;
    }
    if (prefix.length < 0) {
      throw new DataError(
        `expected a message, got a length of ${prefix.length}; give an Arrow IPC stream`,
        place,
      );
    }
    const metadata = await this.#take(prefix.length, "a message's metadata");
    return withPlace(place, 'message', () => arrowMessage(metadata));
  }

  /** Bytes `start` to `start + length` of the body. */
  async body(start: number, length: number, bodyLength: number): Promise<Uint8Array> {
    await this.skipBody(start);
    const bytes = await this.#take(length, "a message's body");
    await this.skipBody(bodyLength - start - length);
    return bytes;
  }

  async skipBody(length: number): Promise<void> {
    const passed = await this.#bytes.skip(length);
    if (passed < length) throw this.#cutOff("a message's body", length, passed);
  }

  async #take(length: number, what: string): Promise<Uint8Array> {
    const bytes = await this.#bytes.take(length);
    if (bytes.byteLength < length) throw this.#cutOff(what, length, bytes.byteLength);
    return bytes;
  }

  #cutOff(what: string, expected: number, got: number): DataError {
    return new DataError(
      `expected ${what} of ${expected} bytes, got ${got}: the stream is cut off or was never closed; write it again`,
      { file: this.#name },
    );
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  return Uint8Array.of(...first, ...second);
}
