import { fstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { DataError } from '@fluxion/tensor';

/** Another text for each content of a file, unless somebody takes pains. */
export async function fileVersion(file: FileHandle): Promise<string> {
  // At once: after each block read, a way through the pool of threads would cost ten times the call.
  const { dev, ino, size, mtimeNs, ctimeNs } = fstatSync(file.fd, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** @throws {DataError} when the file has been written to since it had this version. */
export async function expectVersion(file: FileHandle, path: string, version: string): Promise<void> {
  if ((await fileVersion(file)) === version) return;
  throw new DataError(
    'expected the file as it was when opened, but it has been written to; open it again when that is done',
    { file: path },
  );
}
