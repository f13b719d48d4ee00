import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRegular, versionOf } from './openRegular.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxion-regular-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('opens a file, and tells its size and its version, which is another when it has been written to', async () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'four');
  const { file, size, version } = await openRegular(path);
  expect(size).toBe(4);
  expect(versionOf(await file.stat({ bigint: true }))).toBe(version);
  writeFileSync(path, 'fifth');
  expect(versionOf(await file.stat({ bigint: true }))).not.toBe(version);
  await file.close();
});

it('refuses a folder, a pipe that nobody writes to, and a device', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(openRegular(folder, '; copy it')).rejects.toThrow(/^it is a folder$/);
  await expect(openRegular(pipe, '; copy it')).rejects.toThrow(/^it is a pipe; copy it$/);
  await expect(openRegular('/dev/zero')).rejects.toThrow(/^it is a device$/);
});
