import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';

/** Pieces that are looked at, evenly spread from the first byte to the last, and their size. */
const PIECES = 64;
const PIECE_SIZE = 4096;

/**
 * What a file is known by again: a hash of its size and of pieces all over it, or of all of a small one. A copy has the
 * same, which a path or a time would not give; and pieces tell shards of one size apart at no cost, however large they are.
 */
export async function fingerprint(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256').update(`${size}\n`);
    const small = size <= PIECES * PIECE_SIZE;
    const piece = Buffer.alloc(small ? size : PIECE_SIZE);
    for (let i = 0; i < (small ? 1 : PIECES); i++) {
      const start = Math.floor((i * (size - piece.length)) / (PIECES - 1));
      const { bytesRead } = await file.read(piece, 0, piece.length, start);
      hash.update(piece.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

/**
 * What data are known by again: files in this order, each by its fingerprint. A folder, a pattern or a stream is known by
 * its name and its rows.
 */
export async function fingerprintAll(paths: readonly string[], rows: number | undefined): Promise<string> {
  const [first = '', ...others] = await Promise.all(
    paths.map(async (path) => {
      const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
      return isFile ? fingerprint(path) : `${path} ${rows}`;
    }),
  );
  if (others.length === 0 && paths.length === 1 && /^[0-9a-f]{64}$/.test(first)) return first;
  return createHash('sha256')
    .update([first, ...others].join('\n'))
    .digest('hex');
}
