import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { readAt } from '../../readAt.js';
import type { BatchRegion, CodecName } from '../batches/arrowBatch.js';
import { rangeReader } from '../batches/bodyReader.js';
import { bufferLength, type ReadBuffer } from '../batches/columnData.js';
import type { ColumnLayout } from '../batches/columnLayout.js';
import { decompress } from './decompress.js';

/**
 * Columns of compressed record batches, unpacked buffer by buffer into a temporary file so that any of their rows can be
 * read. It lives until `close`, or as long as the process.
 */
export class UnpackedBatches {
  /** By batch, and by the column's first buffer in it. */
  readonly #layouts = new Map<string, ColumnLayout>();
  #file: { readonly handle: FileHandle; readonly path: string } | undefined;
  #end = 0;

  /** Where a column of a batch lies in the temporary file, to which it is unpacked if it is not there. */
  async layout(
    batch: number,
    layout: ColumnLayout,
    codec: CodecName,
    readBytes: (region: BatchRegion) => Promise<Uint8Array>,
  ): Promise<ColumnLayout> {
    const key = `${batch} ${layout.regions.map(({ start }) => start).join(' ')}`;
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const regions: BatchRegion[] = [];
    for (const [buffer, region] of layout.regions.entries()) {
      const needed = bufferLength(layout, buffer);
      regions.push(
        region.length === 0
          ? region
          : await this.#append(await decompress(codec, await readBytes(region), needed)),
      );
    }
    const children: ColumnLayout[] = [];
    for (const child of layout.children) children.push(await this.layout(batch, child, codec, readBytes));
    const unpacked = { ...layout, regions, children };
    this.#layouts.set(key, unpacked);
    return unpacked;
  }

  /** Reads buffers of what has been unpacked. */
  readonly read: ReadBuffer = (...buffer) =>
    rangeReader(async (start, length) => {
      const { handle, path } = await this.#temporaryFile();
      return readAt(handle, path, start, length);
    })(...buffer);

  async close(): Promise<void> {
    await this.#file?.handle.close();
  }

  async #append(bytes: Uint8Array): Promise<BatchRegion> {
    const { handle, path } = await this.#temporaryFile();
    const start = this.#end;
    this.#end += Math.ceil(bytes.byteLength / 8) * 8;
    for (let done = 0; done < bytes.byteLength; ) {
      const { bytesWritten } = await handle
        .write(bytes, done, bytes.byteLength - done, start + done)
        .catch((cause: Error) => {
          throw new DataError(
            `cannot unpack compressed columns to a temporary file: ${cause.message}; make room in ${tmpdir()}, name another folder by TMPDIR, or write the data uncompressed`,
            { file: path },
            { cause },
          );
        });
      done += bytesWritten;
    }
    return { start, length: bytes.byteLength };
  }

  async #temporaryFile(): Promise<{ readonly handle: FileHandle; readonly path: string }> {
    if (this.#file === undefined) {
      const folder = await mkdtemp(join(tmpdir(), 'fluxion-'));
      const path = join(folder, 'unpacked');
      this.#file = { handle: await open(path, 'wx+'), path };
      // The open file stays readable without its name, and is gone with the process however that ends.
      await rm(folder, { recursive: true });
    }
    return this.#file;
  }
}
