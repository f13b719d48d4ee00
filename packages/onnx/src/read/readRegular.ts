import { openRegular, versionOf } from '@fluxion/tensor';

/** Node reads no more at once. */
const MOST = 2 ** 30;

/** What was read of a file, and what tells its content from the one before and the one after. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/**
 * Bytes of a regular file: the system waits for whoever writes to a pipe, and a device may have no end.
 *
 * @param rangeOf which of them, by the size of the file. Default: all
 * @throws {Error} of the system, of `rangeOf`, or saying what is wrong, as where the file has been written to meanwhile.
 */
export async function readRegular(
  path: string,
  rangeOf = (size: number): { readonly offset: number; readonly length: number } => ({
    offset: 0,
    length: size,
  }),
): Promise<ReadFile> {
  const { file, size, version } = await openRegular(path);
  try {
    const { offset, length } = rangeOf(size);
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const wanted = Math.min(length - filled, MOST);
      const { bytesRead } = await file.read(bytes, filled, wanted, offset + filled);
      if (bytesRead === 0) throw new Error(`it had ${size} bytes, and is shorter now`);
      filled += bytesRead;
    }
    if (versionOf(await file.stat({ bigint: true })) === version) return { bytes, version };
    throw new Error('it has been written to while it was read; read it again when that is done');
  } finally {
    await file.close();
  }
}
