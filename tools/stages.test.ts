import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const script = fileURLToPath(new URL('stages.js', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fluxion-stages-'));
  const scripts = { one: 'echo the first', two: 'echo the second', wrong: 'echo what is wrong >&2; exit 3' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The exit code, and the lines of the output without those in which npm tells what it runs, and without the seconds. */
function run(...stages: readonly string[]): readonly [number | null, ...string[]] {
  const { status, stdout } = spawnSync(process.execPath, [script, ...stages], {
    cwd: folder,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => /^[^>]/.test(line));
  return [status, ...lines.map((line) => line.replace(/[\d.]+ s$/, 'so many s'))];
}

it('runs one stage after another, and stops at the first that fails', () => {
  expect(run('one', 'two')).toEqual([
    0,
    'the first',
    '━━ one done in so many s',
    'the second',
    '━━ two done in so many s',
  ]);
  expect(run('wrong', 'two')).toEqual([1, '━━ wrong failed in so many s']);
});

it('runs stages side by side, prints each of them whole, and stops where one fails', () => {
  const [code, ...lines] = run('one,wrong', 'two');
  expect(code).toBe(1);
  const first = lines.indexOf('the first');
  expect(lines[first + 1]).toBe('━━ one done in so many s');
  const wrong = lines.indexOf('what is wrong');
  expect(lines.slice(wrong).find((line) => line.startsWith('━━'))).toBe('━━ wrong failed in so many s');
  expect(lines).not.toContain('the second');
});
