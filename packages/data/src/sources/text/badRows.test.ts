import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns, readRows } from '../../../test/readColumns.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import type { BadRowOptions } from '../badRows/badRowOptions.js';
import { csvFile } from '../csv/csvFile.js';
import { files } from '../files.js';
import { jsonLinesFile } from '../jsonLines/jsonLinesFile.js';
import type { Source } from '../source.js';

type Open = (path: string, options?: BadRowOptions) => Source;

const csv: Open = (path, options) => csvFile(path, { columns: { n: 'number' }, ...options });

/** A header, good lines, and lines that cannot be read: too many cells, stray quotes, another kind, another encoding. */
const formats: Readonly<Record<string, readonly [Open, string, (i: number) => string, readonly string[]]>> = {
  CSV: [
    csv,
    'n,word\n',
    (i) => `${i},"word, ${i}"`,
    ['1,2,3', '1', '1,a"b', '1,"a"b', 'x,y', '1,\xff', '"1,2', 'x,y,z'],
  ],
  'JSON lines': [
    jsonLinesFile,
    '',
    (i) => JSON.stringify({ n: i, word: `word ${i}` }),
    ['{"n":1', '[1]', '{"n":{}}{', '{"n":1,"word":2}', '{"n":1,"word":"\xff"}', 'null'],
  ],
};

async function written(header: string, lines: readonly string[], name = 'table'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  const text = Buffer.from(header + lines.map((line) => `${line}\n`).join(''), 'latin1');
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('rows that cannot be read', () => {
  it.each(Object.entries(formats))(
    'are left out, the others numbered without them: %s',
    async (_, [open, header, good, bad]) => {
      const places = fc.array(
        fc.record({ at: fc.integer({ min: 1, max: 6000 }), line: fc.constantFrom(...bad) }),
        { maxLength: 12 },
      );
      await fc.assert(
        fc.asyncProperty(places, fc.boolean(), async (bads, isPacked) => {
          const lines = Array.from({ length: 6000 }, (_, i) => good(i));
          const expected = await readColumns(open(await written(header, lines)));
          // A quote that opens closes at the next one: two such lines would make good ones of each other.
          const spoilt = [...lines];
          const distinct = new Map(bads.map(({ at, line }) => [at, line]));
          for (const [at, line] of [...distinct].sort(([a], [b]) => b - a)) spoilt.splice(at, 0, line);
          const source = open(await written(header, spoilt, isPacked ? 'table.gz' : 'table'), {
            onBadRow: 'skip',
          });
          expect(await readColumns(source, 700)).toEqual(expected);
          const opened = await source.open();
          expect(opened.badRows).toBe(distinct.size);
          expect(await opened.countRows?.()).toBe(6000);
          for (const from of [5900, 10, 3000]) {
            const { n } = await readRows(opened, from, from + 50, 20);
            expect(n).toEqual(expected.n?.slice(from, from + 50));
          }
          await opened.close();
        }),
        { numRuns: 10 },
      );
    },
  );

  it('are written down, each with its line and what is wrong with it', async () => {
    const path = await written('n,word\n', ['1,a', '2,b,c', '3,c', 'x,d', '5,e']);
    const source = csv(path, { onBadRow: 'quarantine', maxBadShare: 0.5 });
    expect(await readColumns(source)).toEqual({ n: [1, 3, 5], word: ['a', 'c', 'e'] });
    const folder = join(path, '..');
    expect((await readdir(folder)).sort()).toEqual(['_bad-rows.table.jsonl', 'table']);
    const kept = (await readFile(join(folder, '_bad-rows.table.jsonl'), 'utf8')).trim().split('\n');
    expect(kept.map((line) => JSON.parse(line))).toEqual([
      { file: path, line: 3, reason: expect.stringContaining('expected 2 cells, got 3'), text: '2,b,c' },
      {
        file: path,
        line: 5,
        column: 'n',
        reason: expect.stringContaining("expected a number, got 'x'"),
        text: 'x,d',
      },
    ]);
    // It is no part of the folder.
    expect(
      await readColumns(files(folder, (path) => csv(path, { onBadRow: 'skip', maxBadShare: 1 }))),
    ).toMatchObject({
      n: [1, 3, 5],
    });
  });

  it('are an error where they are too many, with the first, and leave no file behind', async () => {
    const path = await written('n,word\n', ['1,a', '2,b,c', '3']);
    for (const onBadRow of ['skip', 'quarantine'] as const) {
      await expect(csv(path, { onBadRow }).open()).rejects.toThrow(
        `${path}, line 3: expected bad rows to be at most a share of 0.01, got 2 among 3; correct the file, or raise maxBadShare; the first: expected 2 cells, got 3`,
      );
    }
    expect(await readdir(join(path, '..'))).toEqual(['table']);
  });

  it('are an error unless it is said otherwise, and where they cannot be written', async () => {
    const path = await written('n,word\n', ['1,a', '2,b,c']);
    await expect(csv(path).open()).rejects.toThrow(DataError);
    const options = { onBadRow: 'quarantine', maxBadShare: 1, quarantineFile: '/nowhere/bad.jsonl' } as const;
    await expect(csv(path, options).open()).rejects.toThrow('name another place in quarantineFile');
  });

  it('refuses options that cannot be', () => {
    expect(() => csv('a.csv', { onBadRow: 'ignore' as 'skip' })).toThrow(
      "expected 'raise', 'skip' or 'quarantine'",
    );
    expect(() => csv('a.csv', { maxBadShare: 2 })).toThrow(
      'maxBadShare: expected a number from 0 to 1, got 2',
    );
  });
});
