import type { FileHandle } from 'node:fs/promises';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { recoverFolder } from './recoverFolder.js';
import { writeFolder } from './writeFolder.js';

type FileSystem = typeof import('node:fs/promises');

/** Notes what changes the disk, and lets it fail: one change, or one and all after it, as in a crash. */
const faults = vi.hoisted(() => ({
  changes: [] as string[],
  failAt: Number.POSITIVE_INFINITY,
  crash: false,
}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<FileSystem>();
  const fails = (change: string): boolean => {
    const count = faults.changes.push(change.replaceAll(/\d+-\d+/g, '#'));
    return faults.crash ? count >= faults.failAt : count === faults.failAt;
  };
  const failure = (): Error => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  const faulty =
    <A extends unknown[], R>(name: string, change: (path: string, ...args: A) => Promise<R>) =>
    async (path: string, ...args: A): Promise<R> => {
      if (fails(`${name} ${basename(path)}`)) throw failure();
      return await change(path, ...args);
    };
  return {
    ...real,
    mkdir: faulty('mkdir', (path, options?: object) => real.mkdir(path, options)),
    rename: faulty('rename', real.rename),
    rmdir: faulty('rmdir', real.rmdir),
    unlink: faulty('unlink', real.unlink),
    open: async (path: string, flags?: string): Promise<FileHandle> => {
      if (flags !== undefined && fails(`create ${basename(path)}`)) throw failure();
      const handle = await real.open(path, flags);
      const sync = faulty('sync', () => handle.datasync());
      handle.sync = () => sync(path);
      return handle;
    },
    writeFile: async (file: FileHandle, content: string): Promise<void> => {
      if (!fails('write file')) return await real.writeFile(file, content);
      await real.writeFile(file, content.slice(0, content.length / 2));
      throw failure();
    },
  };
});

const filesOf = (version: string): Record<string, string> => ({
  'model.json': `model ${version}`,
  'weights.safetensors': `weights ${version}`,
});

/** The version that a folder holds, whole; undefined where there is none. */
async function versionIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return undefined;
  const version = (await readFile(join(folder, 'model.json'), 'utf8')).slice('model '.length);
  for (const [name, content] of Object.entries(filesOf(version))) {
    expect(await readFile(join(folder, name), 'utf8')).toBe(content);
  }
  expect(names.sort()).toEqual(Object.keys(filesOf(version)));
  return version;
}

/** Writes with the nth change failing, for every n until none fails. Answers how many there are. */
async function atEveryChange(
  replaced: string | undefined,
  crash: boolean,
  check: (folder: string, error: unknown) => Promise<void>,
): Promise<number> {
  for (let n = 1; ; n++) {
    const folder = join(await temporaryFolder(), 'model');
    if (replaced !== undefined) await writeFolder(folder, filesOf(replaced));
    Object.assign(faults, { changes: [], failAt: n, crash });
    const error: unknown = await writeFolder(folder, filesOf('new')).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const failed = faults.changes.length >= n;
    faults.failAt = Number.POSITIVE_INFINITY;
    await check(folder, error);
    await writeFolder(folder, filesOf('next'));
    expect(await versionIn(folder)).toBe('next');
    expect(await readdir(join(folder, '..'))).toEqual(['model']);
    if (!failed) return n - 1;
  }
}

describe.each([
  ['a first writing', undefined],
  ['a replacement', 'old'],
])('%s', (_, replaced) => {
  test('survives a crash at every change of the disk', async () => {
    const changes = await atEveryChange(replaced, true, async (folder, error) => {
      await recoverFolder(folder);
      const version = await versionIn(folder);
      if (error === undefined) expect(version).toBe('new');
      else expect([replaced, 'new']).toContain(version);
    });
    expect(changes).toBeGreaterThan(replaced === undefined ? 9 : 14);
  });

  test('survives a failure of every change of the disk', async () => {
    await atEveryChange(replaced, false, async (folder, error) => {
      // As it is, without recovering: an error that the program lives on with must not hide the model.
      const version = await versionIn(folder);
      if (error === undefined) expect(version).toBe('new');
      else {
        expect(error).toBeInstanceOf(CheckpointError);
        const { message } = error as Error;
        expect(message).toContain(
          `${folder}: expected to write model.json, weights.safetensors, could not (`,
        );
        expect(message).toMatch(/\((?:(?:model\.json|weights\.safetensors): )?EIO: i\/o error\)/);
        expect([replaced, 'new']).toContain(version);
      }
    });
  });
});

test('everything has reached the disk before the next step relies on it', async () => {
  const folder = join(await temporaryFolder(), 'model');
  await writeFolder(folder, filesOf('old'));
  faults.changes = [];
  await writeFolder(folder, filesOf('new'));
  const steps = faults.changes.filter((change) => !change.startsWith('unlink'));
  const parent = basename(join(folder, '..'));
  expect(steps).toEqual([
    `mkdir ${parent}`,
    'mkdir model.tmp-#',
    'create model.json',
    'write file',
    'sync model.json',
    'create weights.safetensors',
    'write file',
    'sync weights.safetensors',
    'sync model.tmp-#',
    'rename model.tmp-old',
    'rmdir model.tmp-#',
    'rename model',
    'rename model.tmp-#',
    `sync ${parent}`,
    'rename model.tmp-old',
    'rmdir model.tmp-#',
  ]);
});
