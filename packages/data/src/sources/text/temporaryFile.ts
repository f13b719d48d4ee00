import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Copies a stream to a temporary file. */
export async function copyStream(stream: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const file = await temporaryFile();
  try {
    for await (const piece of stream) await file.appendFile(piece);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A new file without a name: it is gone when it is closed, or its process ends, however that comes. */
export async function temporaryFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `fluxion-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
