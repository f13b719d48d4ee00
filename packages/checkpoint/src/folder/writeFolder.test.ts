import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@fluxion/tensor';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { recoverFolder } from './recoverFolder.js';
import { writeFolder } from './writeFolder.js';

type Content = Readonly<Record<string, string>>;

const OLD: Content = { 'model.json': 'old', 'weights.safetensors': 'old weights' };
const NEW: Content = { 'model.json': 'new', 'weights.safetensors': 'new weights' };

async function contentOf(folder: string): Promise<Content> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

async function lay(folder: string, files: Content): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

describe('writeFolder', () => {
  test('writes a new folder, and those above it', async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'runs', 'today', 'model');
    await writeFolder(folder, {
      'text.json': '{}',
      bytes: Uint8Array.of(65, 66),
      chunks: [Uint8Array.of(67), new Uint8Array(new SharedArrayBuffer(2)).fill(68)],
      none: [],
    });
    expect(await contentOf(folder)).toEqual({ 'text.json': '{}', bytes: 'AB', chunks: 'CDD', none: '' });
    expect(await readdir(join(parent, 'runs', 'today'))).toEqual(['model']);
  });

  test('replaces a folder as a whole and leaves nothing beside it', async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'model');
    await writeFolder(folder, { ...OLD, 'optimizer.safetensors': 'moments', '.DS_Store': 'finder' });
    await writeFolder(folder, NEW, ['optimizer.safetensors']);
    expect(await contentOf(folder)).toEqual(NEW);
    expect(await readdir(parent)).toEqual(['model']);
  });

  test('fills an empty folder', async () => {
    const folder = await temporaryFolder();
    await writeFolder(folder, NEW);
    expect(await contentOf(folder)).toEqual(NEW);
  });

  test('replaces what a link points to, not the link', async () => {
    const parent = await temporaryFolder();
    await lay(join(parent, 'real'), OLD);
    await symlink('real', join(parent, 'link'));
    await writeFolder(join(parent, 'link'), NEW);
    expect(await contentOf(join(parent, 'real'))).toEqual(NEW);
    expect(await contentOf(join(parent, 'link'))).toEqual(NEW);
    expect((await readdir(parent)).sort()).toEqual(['link', 'real']);
  });

  test('refuses links in a circle', async () => {
    const parent = await temporaryFolder();
    await symlink('b', join(parent, 'a'));
    await symlink('a', join(parent, 'b'));
    await expect(writeFolder(join(parent, 'a'), NEW)).rejects.toThrow('got links in a circle');
  });

  test.each([
    ['a file of another name', { ...OLD, 'diary.txt': 'dear diary' }, "got 'diary.txt'"],
    ['only files of other names', { notes: '' }, "got 'notes'"],
  ])('refuses a folder with %s and leaves it alone', async (_, content, message) => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'model');
    await lay(folder, content);
    const writing = writeFolder(folder, NEW);
    await expect(writing).rejects.toThrow(CheckpointError);
    await expect(writing).rejects.toThrow(
      `${folder} is not a model folder: expected only model.json, weights.safetensors, ${message}; name a new or empty folder`,
    );
    expect(await contentOf(folder)).toEqual(content);
    expect(await readdir(parent)).toEqual(['model']);
  });

  test('refuses a folder that holds a folder, even by the name of a file', async () => {
    const folder = await temporaryFolder();
    await lay(join(folder, 'model.json'), { 'diary.txt': 'dear diary' });
    await expect(writeFolder(folder, NEW)).rejects.toThrow('is not a model folder: expected only');
    expect(await contentOf(join(folder, 'model.json'))).toEqual({ 'diary.txt': 'dear diary' });
  });

  test('refuses a file and a place under a file', async () => {
    const parent = await temporaryFolder();
    await writeFile(join(parent, 'file'), 'text');
    await expect(writeFolder(join(parent, 'file'), NEW)).rejects.toThrow(
      'expected a folder to write to, got a file',
    );
    await expect(writeFolder(join(parent, 'file', 'model'), NEW)).rejects.toThrow(CheckpointError);
    expect(await readFile(join(parent, 'file'), 'utf8')).toBe('text');
  });

  test('what cannot be written leaves the old folder as it was and nothing beside it', async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'model');
    await lay(folder, OLD);
    const failure = new Error('no more numbers');
    const content = (function* () {
      yield Uint8Array.of(1);
      throw failure;
    })();
    const writing = writeFolder(folder, { 'model.json': 'new', 'weights.safetensors': content });
    await expect(writing).rejects.toThrow(CheckpointError);
    await expect(writing).rejects.toThrow(
      `${folder}: expected to write model.json, weights.safetensors, could not (weights.safetensors: no more numbers)`,
    );
    await expect(writing).rejects.toHaveProperty('cause.cause', failure);
    expect(await contentOf(folder)).toEqual(OLD);
    expect(await readdir(parent)).toEqual(['model']);
  });

  test('calls for one folder take turns, and one that fails holds up none', async () => {
    const parent = await temporaryFolder();
    const folder = join(parent, 'model');
    const refused = (function* () {
      yield Uint8Array.of(1);
      throw new Error('no');
    })();
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 10 }, (_, i) => writeFolder(folder, { 'model.json': `${i}` })),
      writeFolder(folder, { 'model.json': refused }),
      writeFolder(folder, { 'model.json': 'last' }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(10).fill('fulfilled'),
      'rejected',
      'fulfilled',
    ]);
    expect(await contentOf(folder)).toEqual({ 'model.json': 'last' });
    expect(await readdir(parent)).toEqual(['model']);
  });
});

/** Every state that a crash can leave, and the content that is then whole. */
const crashes: readonly (readonly [string, Readonly<Record<string, Content>>, Content | undefined])[] = [
  ['before anything', { model: OLD }, OLD],
  ['before the first file', { model: OLD, 'model.tmp-1-7': {} }, OLD],
  ['in the first file', { model: OLD, 'model.tmp-1-7': { 'model.json': 'n' } }, OLD],
  ['in the last file', { model: OLD, 'model.tmp-1-7': { ...NEW, 'weights.safetensors': 'ne' } }, OLD],
  ['before the old folder is moved', { model: OLD, 'model.tmp-1-7': NEW }, OLD],
  ['when the old folder is moved', { 'model.tmp-old': OLD, 'model.tmp-1-7': NEW }, OLD],
  ['when the new folder is there', { model: NEW, 'model.tmp-old': OLD }, NEW],
  ['when the old folder is condemned', { model: NEW, 'model.tmp-1-8': OLD }, NEW],
  ['when the old folder is half deleted', { model: NEW, 'model.tmp-1-8': { 'model.json': 'old' } }, NEW],
  ['in the first file of the first writing', { 'model.tmp-1-7': { 'model.json': 'n' } }, undefined],
  ['before the first folder gets its name', { 'model.tmp-1-7': NEW }, undefined],
  ['twice', { 'model.tmp-old': OLD, 'model.tmp-1-7': NEW, 'model.tmp-2-0': { 'model.json': '' } }, OLD],
];

/** A process number that no process has, in place of the 1 and 2 above. */
const DEAD = 2 ** 22 + 1;

describe('recoverFolder', () => {
  test.each(crashes)('after a crash %s', async (_, state, whole) => {
    const parent = await temporaryFolder();
    for (const [name, content] of Object.entries(state)) {
      await lay(join(parent, name.replace(/-(\d+)-/, `-${DEAD}$1-`)), content);
    }
    const folder = join(parent, 'model');
    const before = await readdir(parent);
    expect(await recoverFolder(folder)).toBe(folder);
    const after = await readdir(parent);
    expect(after.length).toBe(before.length);
    if (whole === undefined) expect(after).not.toContain('model');
    else expect(await contentOf(folder)).toEqual(whole);

    const next = { 'model.json': 'next', 'weights.safetensors': 'next weights' };
    await writeFolder(folder, next);
    expect(await contentOf(folder)).toEqual(next);
    expect(await readdir(parent)).toEqual(['model']);
  });

  test('follows a link to the folder that was moved away', async () => {
    const parent = await temporaryFolder();
    await lay(join(parent, 'real.tmp-old'), OLD);
    await symlink('real', join(parent, 'link'));
    expect(await recoverFolder(join(parent, 'link'))).toBe(join(parent, 'real'));
    expect(await contentOf(join(parent, 'link'))).toEqual(OLD);
  });

  test('a writing leaves folders alone that belong to others', async () => {
    const parent = await temporaryFolder();
    const others = [
      'model.old',
      'model.tmp',
      'model.tmp-backup',
      `model.tmp-${DEAD}`,
      `model.tmp-${process.ppid}-0`,
      `other.tmp-${DEAD}-0`,
    ];
    for (const name of others) await lay(join(parent, name), OLD);
    await lay(join(parent, `model.tmp-${DEAD}-1`), { 'diary.txt': 'dear diary' });
    await writeFolder(join(parent, 'model'), NEW);
    for (const name of others) expect(await contentOf(join(parent, name))).toEqual(OLD);
    expect(await contentOf(join(parent, `model.tmp-${DEAD}-1`))).toEqual({ 'diary.txt': 'dear diary' });
  });

  test('a temporary folder of this process number from before a restart is removed', async () => {
    const parent = await temporaryFolder();
    await lay(join(parent, `model.tmp-${process.pid}-123456`), OLD);
    await writeFolder(join(parent, 'model'), NEW);
    expect(await readdir(parent)).toEqual(['model']);
  });
});
