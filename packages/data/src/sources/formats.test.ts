import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { collect } from '../../test/collect.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import type { ExamplesOptions } from '../examples/examples.js';
import { files } from './files.js';

const ROWS = 5000;
const x = Float64Array.from({ length: ROWS }, (_, i) => i / 7);
const y = Float64Array.from({ length: ROWS }, (_, i) => (i * i) % 101);
const csvOf = (from: number, to: number): string =>
  `x,y\n${[...x.subarray(from, to)].map((value, i) => `${value},${y[from + i]}\n`).join('')}`;

const options: ExamplesOptions = {
  input: 'x',
  target: 'y',
  targetKind: 'values',
  batchSize: 100,
  epochs: 2,
  shuffle: true,
  seed: 7,
};

describe('the same table', () => {
  it('gives the same examples in the same order in any format, in one file or several', async () => {
    const folder = await temporaryFolder();
    const json = [...x].map((value, i) => `{"x":${value},"y":${y[i]}}\n`).join('');
    const contents: Readonly<Record<string, string | Uint8Array>> = {
      'a.csv': csvOf(0, ROWS),
      'a.csv.gz': gzipSync(csvOf(0, ROWS)),
      'a.jsonl': json,
      'part-2.csv': csvOf(0, 1234),
      'part-10.csv': csvOf(1234, ROWS),
      'a.arrow': tableToIPC(tableFromArrays({ x, y }), 'file'),
    };
    for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
    const expected = await collect(files(join(folder, 'a.arrow')), options);
    const given = expected.flatMap(({ inputs }) => inputs.input ?? []);
    expect(new Set(given).size).toBe(ROWS);
    expect(given.slice(0, ROWS)).not.toEqual([...x].map(Math.fround));
    for (const name of ['a.csv', 'a.csv.gz', 'a.jsonl', 'part-*.csv']) {
      expect(await collect(files(join(folder, name)), options)).toEqual(expected);
    }
  });
});
