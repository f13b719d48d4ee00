import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, it } from 'vitest';
import { root, sourceFiles } from './files.js';

const files = sourceFiles('**/*').map((file) => relative(root, file));

it('every test file has the name by which it is found', () => {
  const named = files.filter((file) => /[.-](test|spec)\.[cm]?[jt]sx?$|__tests__/.test(file));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((file) => !file.endsWith('.test.ts'))).toEqual([]);
});

it('no test is skipped, put off or run alone', () => {
  const evasion =
    /\b(?:describe|suite|it|test)(?:\.\w+)*\.(?:skip|skipIf|runIf|only|todo|fails)\b|\bx(?:it|describe)\(/;
  const evaded = files
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => evasion.test(readFileSync(`${root}/${file}`, 'utf8')));
  expect(evaded).toEqual([]);
});
