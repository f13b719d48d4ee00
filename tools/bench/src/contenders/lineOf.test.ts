import { expect, it } from 'vitest';
import { lineOf } from './lineOf.js';

it.each([
  ['Traceback:\n  line 3\nModuleNotFoundError: no torch\n', 'ModuleNotFoundError: no torch'],
  ['file:1\nError: no such thing\n    at here\n\nNode.js v20\n', 'Error: no such thing'],
  ['first\nlast\n', 'last'],
  ['', ''],
])('of %j it is %j', (complaint, line) => {
  expect(lineOf(complaint)).toBe(line);
});
