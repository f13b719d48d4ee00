import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CheckpointError, openRegular } from '@fluxion/tensor';
import { systemReason } from '../folder/systemReason.js';
import type { JsonValue } from '../json/jsonValue.js';
import { readJson } from '../json/readJson.js';
import { MANIFEST_FILE } from './modelFiles.js';

const FORMAT = 'fluxion-manifest';

/** The manifest of these files. They are hashed when it is written, one in a turn of the event loop. */
export async function* manifestOf(
  files: Readonly<Record<string, string | readonly Uint8Array[]>>,
): AsyncGenerator<string> {
  const sha256: Record<string, string> = {};
  for (const [name, content] of Object.entries(files)) {
    await setImmediate();
    const hash = createHash('sha256');
    for (const chunk of typeof content === 'string' ? [content] : content) hash.update(chunk);
    sha256[name] = hash.digest('hex');
  }
  yield `${JSON.stringify({ format: FORMAT, sha256 }, undefined, 2)}\n`;
}

/**
 * Refuses files of a folder that are not as they were written. A folder without a manifest is taken as it is: so whoever
 * changes a file by hand deletes the manifest.
 *
 * @param files to look at, those of them that the manifest names
 * @throws {CheckpointError} naming the file and both hashes.
 */
export async function expectAsWritten(folder: string, files: readonly string[]): Promise<void> {
  const manifest = await readManifest(join(folder, MANIFEST_FILE));
  for (const [name, expected] of manifest ?? []) {
    if (!files.includes(name)) continue;
    const path = join(folder, name);
    const found = await hashOf(path);
    if (found === expected.string()) continue;
    throw new CheckpointError(
      `${path}: expected the SHA-256 ${expected.string().slice(0, 12)}… that ${MANIFEST_FILE} tells, got ${found.slice(0, 12)}…; put back the file that was saved or, if you changed it yourself, delete ${MANIFEST_FILE}`,
    );
  }
}

async function readManifest(path: string): Promise<ReadonlyMap<string, JsonValue> | undefined> {
  let json: JsonValue;
  try {
    json = await readJson(path);
  } catch (error) {
    // A folder that is not there, or is none, is for its reader to tell of.
    const { code = '' } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    throw error;
  }
  json.only('format', 'sha256').field('format').oneOf([FORMAT]);
  return json.field('sha256').members();
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    const { file } = await openRegular(path);
    try {
      for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 2 ** 20 })) {
        hash.update(chunk);
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new CheckpointError(
      `${path}: expected the file that ${MANIFEST_FILE} names, could not read it (${systemReason(cause)}); put back the file that was saved`,
      { cause },
    );
  }
  return hash.digest('hex');
}
