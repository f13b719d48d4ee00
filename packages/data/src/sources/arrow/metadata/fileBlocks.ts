import { forEachPiece } from '../../forEachPiece.js';
import { UnreadableError } from '../../withPlace.js';
import type { FlatTable } from './flatTable.js';

/** Where a message lies in a file: its metadata, with the prefix that says how long it is, and its body. */
export interface FileBlock {
  readonly start: number;
  readonly metadataLength: number;
  readonly body: number;
  readonly bodyLength: number;
}

/** The magic and two bytes of padding, before the first message. */
export const FILE_HEADER = 8;

/** Bytes that a footer has for a block: a place and two lengths, with padding. */
const BLOCK = 24;

/** The messages that a footer lists, in its bytes: there may be millions of them. */
export class FileBlocks {
  readonly length: number;
  readonly #view: DataView;
  readonly #start: number;

  /** The blocks in a field of the footer. */
  constructor(footer: FlatTable, slot: number) {
    const { start, length } = footer.vector(slot, BLOCK);
    this.#view = footer.view;
    this.#start = start;
    this.length = length;
  }

  /**
   * Checks that all blocks lie between the head of the file and its footer.
   *
   * @throws {UnreadableError} when one does not.
   */
  async check(end: number): Promise<void> {
    await forEachPiece(this.length, (from, to) => {
      for (let i = from; i < to; i++) {
        const { start, metadataLength, body, bodyLength } = this.#read(i);
        if (start >= FILE_HEADER && metadataLength >= 8 && bodyLength >= 0 && body + bodyLength <= end)
          continue;
        throw new UnreadableError(
          `expected block ${i} between bytes ${FILE_HEADER} and ${end}, got ${start} to ${body + bodyLength}: the file is cut off or damaged; write it again`,
        );
      }
    });
  }

  at(index: number): FileBlock | undefined {
    return index < this.length ? this.#read(index) : undefined;
  }

  /**
   * The last of some blocks, from the first on and before `end`, that are so near to each other that one read is best.
   *
   * @param gap bytes that may lie between the metadata of two
   * @param most bytes from the first to the metadata of the last
   */
  lastNear(first: number, end: number, gap: number, most: number): number {
    let last = first;
    let { start, body } = this.#read(first);
    const from = start;
    for (let next = first + 1; next < Math.min(end, this.length); next++) {
      const follower = this.#read(next);
      if (follower.start < body || follower.start - body >= gap || follower.body - from > most) break;
      ({ start, body } = follower);
      last = next;
    }
    return last;
  }

  #read(index: number): FileBlock {
    const at = this.#start + BLOCK * index;
    const start = this.#integer(at);
    const metadataLength = this.#view.getInt32(at + 8, true);
    return { start, metadataLength, body: start + metadataLength, bodyLength: this.#integer(at + 16) };
  }

  /** 64 bits, of which those beyond 2⁵³ only have to be seen to be too many. */
  #integer(at: number): number {
    return this.#view.getUint32(at, true) + this.#view.getInt32(at + 4, true) * 2 ** 32;
  }
}
