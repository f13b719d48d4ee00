import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { readFolder } from './readFolder.js';
import { writeFolder } from './writeFolder.js';

/** Lets renaming fail as on a disk that is mounted for reading only. */
const readOnly = vi.hoisted(() => ({ disk: false }));
/** Is called before somebody looks whether something is at a path. */
const looks = vi.hoisted((): { before?: ((path: string) => Promise<void>) | undefined } => ({}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    access: async (path: string) => {
      await looks.before?.(path);
      return real.access(path);
    },
    rename: (from: string, to: string) =>
      readOnly.disk
        ? Promise.reject(Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' }))
        : real.rename(from, to),
  };
});

const list = (path: string): Promise<string[]> => readdir(path);

describe('readFolder', () => {
  test('reads where the folder really is', async () => {
    const folder = join(await temporaryFolder(), 'model');
    await writeFolder(folder, { 'model.json': '{}' });
    expect(await readFolder(`${folder}/.`, list)).toEqual(['model.json']);
  });

  test('reads the old folder after a crash in the middle of a replacement', async () => {
    const parent = await temporaryFolder();
    await mkdir(join(parent, 'model.tmp-old'));
    await writeFile(join(parent, 'model.tmp-old', 'model.json'), 'old');
    expect(await readFolder(join(parent, 'model'), list)).toEqual(['model.json']);
    expect(await readdir(parent)).toEqual(['model']);
  });

  test('reads the old folder where it waits on a disk that takes no changes', async () => {
    const parent = await temporaryFolder();
    await mkdir(join(parent, 'model.tmp-old'));
    await writeFile(join(parent, 'model.tmp-old', 'model.json'), 'old');
    readOnly.disk = true;
    onTestFinished(() => {
      readOnly.disk = false;
    });
    expect(await readFolder(join(parent, 'model'), list)).toEqual(['model.json']);
    expect(await readdir(parent)).toEqual(['model.tmp-old']);
  });

  test('reads again when the folder is replaced meanwhile, even after an error', async () => {
    const folder = join(await temporaryFolder(), 'model');
    await writeFolder(folder, { 'model.json': '0' });
    let readings = 0;
    const last = await readFolder(folder, async () => {
      readings++;
      if (readings <= 3) await writeFolder(folder, { 'model.json': `${readings}` });
      if (readings === 2) throw new Error('half of it was gone');
      return readings;
    });
    expect(last).toBe(4);
  });

  test('reads again when the folder is moved away between two looks', async () => {
    const folder = join(await temporaryFolder(), 'model');
    let readings = 0;
    looks.before = async (path) => {
      if (path !== folder || readings === 0) return;
      looks.before = undefined;
      await mkdir(`${folder}.tmp-old`);
    };
    onTestFinished(() => {
      looks.before = undefined;
    });
    const read = async (path: string): Promise<string[]> => {
      readings++;
      return list(path);
    };
    expect(await readFolder(folder, read)).toEqual([]);
    expect(readings).toBe(2);
  });

  test('reads again when a file in it has been written to meanwhile', async () => {
    const folder = join(await temporaryFolder(), 'model');
    await writeFolder(folder, { 'model.json': '0' });
    let readings = 0;
    const read = async (path: string): Promise<string> => {
      const before = await readFile(join(path, 'model.json'), 'utf8');
      if (readings++ === 0) await writeFile(join(path, 'model.json'), 'longer');
      return `${before}${await readFile(join(path, 'model.json'), 'utf8')}`;
    };
    expect(await readFolder(folder, read, ['model.json'])).toBe('longerlonger');
    expect(readings).toBe(2);
  });

  test('gives up on a folder that never stays', async () => {
    const folder = join(await temporaryFolder(), 'model');
    let readings = 0;
    const reading = readFolder(folder, () => writeFolder(folder, { 'model.json': `${readings++}` }));
    await expect(reading).rejects.toThrow(CheckpointError);
    await expect(reading).rejects.toThrow('it was replaced 20 times; read it when its writer is done');
    expect(readings).toBe(20);
  });

  test('passes an error on, also when there is no folder', async () => {
    const folder = join(await temporaryFolder(), 'model');
    const failure = new Error('no');
    await expect(readFolder(folder, () => Promise.reject(failure))).rejects.toBe(failure);
    await writeFolder(folder, {});
    await expect(readFolder(folder, () => Promise.reject(failure))).rejects.toBe(failure);
    await rename(folder, `${folder}2`);
    await expect(readFolder(folder, list)).rejects.toThrow('ENOENT');
  });
});
