import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const script = fileURLToPath(new URL('isCurrent.js', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxion-current-'));
  mkdirSync(join(folder, 'source'));
  written('source/part.ts', 10);
  written('made', 20);
  dated('source', 10);
});
afterEach(() => rmSync(folder, { recursive: true }));

function written(name: string, seconds: number): void {
  writeFileSync(join(folder, name), '');
  dated(name, seconds);
}

function dated(name: string, seconds: number): void {
  utimesSync(join(folder, name), seconds, seconds);
}

function exitCode(...args: readonly string[]): number | null {
  return spawnSync(process.execPath, [script, ...args], { cwd: folder }).status;
}

it('is 0 where the file is newer than all that it is made of', () => {
  expect(exitCode('made', 'source')).toBe(0);
});

it('is 1 where a source has been changed, added or taken away since', () => {
  written('source/part.ts', 30);
  expect(exitCode('made', 'source')).toBe(1);
  written('source/part.ts', 10);
  dated('source', 30);
  expect(exitCode('made', 'source')).toBe(1);
});

it('is 1 where the file or a source is missing', () => {
  expect(exitCode('nothing', 'source')).toBe(1);
  expect(exitCode('made', 'source', 'nothing')).toBe(1);
});
