import { mkdir, open, readdir, rename, rmdir, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { expectReplaceable, STRAYS } from './expectReplaceable.js';
import { locateFolder } from './locateFolder.js';
import { exists, recoverFolder, replacedFolder } from './recoverFolder.js';
import { systemReason } from './systemReason.js';

/** What goes into a file, whole or in pieces. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<string>;

/** The writing that is under way, by folder. */
const underWay = new Map<string, Promise<void>>();
let count = 0;

/**
 * Writes a folder so that a crash at any moment leaves either the folder as it was or the new one, whole: the files go
 * into a temporary folder beside it, are flushed to the disk, and take the folder's name by renaming. When the promise
 * is fulfilled the new folder has reached the disk.
 *
 * Calls for the same folder take turns, in the order in which they are made. Two processes must not write one folder at
 * once; others may read it.
 *
 * @param files content by name
 * @param alsoHeld names of further files that the folder may hold; replacing it deletes them
 * @throws {CheckpointError} when the folder holds anything else, and when it cannot be written.
 */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, FileContent>>,
  alsoHeld: readonly string[] = [],
): Promise<void> {
  const path = await locateInTurn(folder);
  const names = [...new Set([...Object.keys(files), ...alsoHeld])];
  const before = underWay.get(path) ?? Promise.resolve();
  const writing = before.catch(() => undefined).then(() => replaceFolder(path, files, names));
  underWay.set(path, writing);
  try {
    await writing;
  } finally {
    if (underWay.get(path) === writing) underWay.delete(path);
  }
}

let locating: Promise<unknown> = Promise.resolve();

/** Folders are located one after the other: a later call that knew its place earlier would be overwritten by this one. */
function locateInTurn(folder: string): Promise<string> {
  const located = locating.then(() => locateFolder(folder));
  locating = located.catch(() => undefined);
  return located;
}

async function replaceFolder(
  path: string,
  files: Readonly<Record<string, FileContent>>,
  names: readonly string[],
): Promise<void> {
  await recoverFolder(path);
  await expectReplaceable(path, names);
  const temporary = temporaryFolder(path);
  try {
    await makeFolder(dirname(path));
    await removeLeftovers(dirname(path), names, (name) => name === basename(path));
    await mkdir(temporary);
    for (const [name, content] of Object.entries(files)) await writeNew(join(temporary, name), content);
    await syncFolder(temporary);
    await swap(temporary, path, names);
    await syncFolder(dirname(path));
  } catch (cause) {
    await recoverFolder(path);
    await removeFolder(temporary, names);
    throw new CheckpointError(
      `${path}: expected to write ${Object.keys(files).join(', ')}, could not (${systemReason(cause)}); make room there, or name another folder`,
      { cause },
    );
  }
  // The new folder is there: an old one that cannot be taken away now is the next writing's affair.
  await discardReplaced(path, names).catch(() => undefined);
}

/** Gives the new folder the old one's name. */
async function swap(temporary: string, path: string, names: readonly string[]): Promise<void> {
  for (let attempts = 10; ; attempts--) {
    try {
      if (await exists(path)) {
        await discardReplaced(path, names);
        await rename(path, replacedFolder(path));
      }
      await rename(temporary, path);
      return;
    } catch (error) {
      // A reader that came between the two renames has put the old folder back.
      ignore('ENOTEMPTY', 'EEXIST', 'EPERM')(error as NodeJS.ErrnoException);
      if (attempts === 1) throw error;
    }
  }
}

/** Removes the folder that was replaced. Renamed first: it is whole or not there, for it may be put back. */
async function discardReplaced(path: string, names: readonly string[]): Promise<void> {
  const discarded = temporaryFolder(path);
  await rename(replacedFolder(path), discarded).catch(ignore('ENOENT'));
  await removeFolder(discarded, names);
}

/** Removes the temporary folders that processes which are no more have left of the folders that are meant. */
export async function removeLeftovers(
  directory: string,
  names: readonly string[],
  isMeant: (folder: string) => boolean,
): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, folder = '', pid = ''] = /^(.*)\.tmp-(\d+)-\d+$/.exec(name) ?? [];
    if (pid !== '' && isMeant(folder) && !isOther(Number(pid)))
      await removeFolder(join(directory, name), names);
  }
}

/** Whether another process of that number is running. One of our own number is this one, or was before a restart. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes a folder of known files, and never more: one that holds anything else, or cannot be removed, stays. */
export async function removeFolder(path: string, names: readonly string[]): Promise<void> {
  for (const name of [...names, ...STRAYS]) await unlink(join(path, name)).catch(() => undefined);
  await rmdir(path).catch(() => undefined);
}

/** @throws {Error} that names the file, which the system does not where writing or flushing fails. */
async function writeNew(path: string, content: FileContent): Promise<void> {
  await writeFlushed(path, content).catch((cause: unknown) => {
    throw new Error(`${basename(path)}: ${systemReason(cause)}`, { cause });
  });
}

async function writeFlushed(path: string, content: FileContent): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeFile(file, content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder and those above it, each flushed to the disk in the one that holds it. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/** Flushes the names in a folder to the disk. Windows opens no folders; its file system keeps a journal of names. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function temporaryFolder(path: string): string {
  return `${path}.tmp-${process.pid}-${count++}`;
}

function ignore(...codes: readonly string[]): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
}
