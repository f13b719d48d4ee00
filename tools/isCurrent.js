// Ends with exit code 0 where a file is newer than all that it is made of, so that a build may skip it: node isCurrent.js
// FILE SOURCE…, where a source is a file, or a folder with all that it holds. Else, and where anything is missing, with 1.
// Plain JavaScript without imports from npm, for the build runs before anything is built.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [file, ...sources] = process.argv.slice(2);

/** @param {string} path @returns {number} when it, or the newest of what it holds, was written; Infinity if it is missing */
function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return Number.POSITIVE_INFINITY;
  // A folder is as new as the last name that was put in or taken out.
  const held = found.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : [];
  return Math.max(found.mtimeMs, ...held);
}

const made = newest(file ?? '');
process.exitCode = made !== Number.POSITIVE_INFINITY && sources.every((path) => newest(path) < made) ? 0 : 1;
