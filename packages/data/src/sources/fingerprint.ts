import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Pieces that are looked at, evenly spread from the first byte to the last, and their size. */
const PIECES = 64;
const PIECE_SIZE = 2 ** 16;

/** What a file is known by again. */
export type Fingerprint = {
  /** Bytes that were looked at, from the first on. */
  readonly size: number;
  readonly sha256: string;
};

/**
 * What a file is known by again: a hash of its size and of pieces all over it, or of all of a file up to 4 MB. A copy has the
 * same, which a path or a time would not give; and pieces tell shards of one size apart at little cost, however large they are.
 *
 * @param size bytes to look at, where the file may have grown since. Default: all of them
 * @throws {Error} of the system, where the file cannot be read.
 * @example
 * const before = await fingerprint('people.csv');
 * const isLonger = (await fingerprint('people.csv', before.size)).sha256 === before.sha256;
 */
export async function fingerprint(path: string, size?: number): Promise<Fingerprint> {
  const file = await open(path);
  try {
    const length = size ?? (await file.stat()).size;
    const hash = createHash('sha256').update(`${length}\n`);
    const isSmall = length <= PIECES * PIECE_SIZE;
    const piece = Buffer.alloc(isSmall ? length : PIECE_SIZE);
    for (let i = 0; i < (isSmall ? 1 : PIECES); i++) {
      const start = Math.floor((i * (length - piece.length)) / (PIECES - 1));
      const { bytesRead } = await file.read(piece, 0, piece.length, start);
      hash.update(piece.subarray(0, bytesRead));
    }
    return { size: length, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
