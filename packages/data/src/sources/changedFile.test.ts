import { appendFile, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readRows } from '../../test/readColumns.js';
import { numberedRows } from '../../test/tables.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { arrowFile } from './arrow/arrowFile.js';
import { csvFile } from './csv/csvFile.js';
import { jsonLinesFile } from './jsonLines/jsonLinesFile.js';
import type { Source } from './source.js';

const ROWS = 50_000;
const numbers = Array.from({ length: ROWS }, (_, i) => i);

/** Formats, and a file of rows with the numbers x. */
const formats: readonly (readonly [string, (path: string) => Source, string | Uint8Array])[] = [
  ['Arrow', arrowFile, tableToIPC(numberedRows(Array.from({ length: 10 }, () => ROWS / 10)), 'file')],
  ['CSV', csvFile, `x\n${numbers.join('\n')}\n`],
  ['JSON lines', jsonLinesFile, numbers.map((x) => `{"x":${x}}\n`).join('')],
];

/** What happens to a file that is being read. */
const changes: readonly (readonly [string, (path: string) => Promise<void>])[] = [
  ['shrinks', (path) => truncate(path, 200)],
  ['grows', (path) => appendFile(path, 'x'.repeat(100))],
  ['is emptied', (path) => truncate(path, 0)],
  [
    'is written over with as many bytes',
    async (path) => writeFile(path, (await readFile(path)).fill(0x37, 300)),
  ],
];

describe.each(formats)('a file that is read: %s', (_, open, bytes) => {
  it.each(changes)('%s, and is refused', async (_, change) => {
    const path = join(await temporaryFolder(), 'data');
    await writeFile(path, bytes);
    const source = await open(path).open();
    await readRows(source, 0, 10, 10);
    // The times of files are those of the last tick of the system's clock.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await change(path);
    await expect(readRows(source, ROWS - 1000, ROWS, 10)).rejects.toThrow(DataError);
    await expect(readRows(source, ROWS - 1000, ROWS, 10)).rejects.toMatchObject({ place: { file: path } });
    await source.close();
  });

  it('is replaced by another, and is read to its end as it was', async () => {
    const path = join(await temporaryFolder(), 'data');
    await writeFile(path, bytes);
    const source = await open(path).open();
    await writeFile(`${path}.new`, 'x\n7\n');
    await rename(`${path}.new`, path);
    const outcome = await readRows(source, ROWS - 10, ROWS, 10).catch((error: unknown) => error);
    // On some systems that is a change of the file which is open, as it has no name any more.
    if (outcome instanceof DataError) expect(outcome.place.file).toBe(path);
    else expect(outcome).toMatchObject({ x: numbers.slice(-10) });
    await source.close();
  });
});
