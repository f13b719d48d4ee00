/**
 * Memory that was read into and is done with, to be read into again. A system clears the memory that it hands out and
 * takes it back page by page, which would cost as much as the reading.
 *
 * There are never more pieces of it than have been in use at one time.
 */
export class SpareMemory {
  readonly #spare: ArrayBuffer[] = [];

  /** Memory of its own for so many bytes. What is in it is undefined. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const fitting = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    // Where none is large enough, a new one takes the place of an old one.
    const [memory] = this.#spare.splice(Math.max(fitting, 0), 1);
    const buffer = fitting < 0 ? Buffer.allocUnsafeSlow(length).buffer : (memory as ArrayBuffer);
    return new Uint8Array(buffer, 0, length);
  }

  /** Takes memory back, once, that nobody reads from any more. */
  giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
    this.#spare.push(buffer);
  }
}
