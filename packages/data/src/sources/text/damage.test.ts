import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DataError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { scratchFolder } from '../../../../../test/scratchFolder.js';
import { fixture } from '../../../test/fixture.js';
import { readColumns } from '../../../test/readColumns.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { csvFile } from '../csv/csvFile.js';
import { jsonLinesFile } from '../jsonLines/jsonLinesFile.js';
import type { Source } from '../source.js';

const rows = Array.from({ length: 200 }, (_, i) => i);
const csv = Buffer.from(
  `n,b,d,w\n${rows.map((i) => `${i / 3},${i % 2 === 0},2024-05-${10 + (i % 20)},"word, ""${i}"""\n`).join('')}`,
);
const json = Buffer.from(
  rows
    .map((i) => `${JSON.stringify({ n: i / 3, b: i % 2 === 0, o: { w: `ü ${i}` }, l: [i, 1] })}\n`)
    .join(''),
);
const zst = await readFile(fixture('table.csv.zst'));

const damage = fc.record({
  bytes: fc.array(
    fc.record({ at: fc.nat(), byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('",\n\r{}[]'))) }),
    { minLength: 1, maxLength: 3 },
  ),
  cut: fc.option(fc.nat(), { freq: 4 }),
});

describe('damaged text', () => {
  it.each<[string, Buffer, (path: string) => Source]>([
    ['CSV', csv, csvFile],
    ['CSV in gzip', gzipSync(csv), csvFile],
    ['CSV in zstd', zst, csvFile],
    ['JSON lines', json, jsonLinesFile],
  ])('is read or refused with a DataError, and ends: %s', async (_, whole, open) => {
    const path = join(await temporaryFolder(), 'damaged');
    await writeFile(path, whole);
    const columns = Object.values(await readColumns(open(path)));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async ({ bytes, cut }) => {
        const damaged = Buffer.from(whole);
        for (const { at, byte } of bytes) damaged[at % damaged.length] = byte;
        await writeFile(path, cut === null ? damaged : damaged.subarray(0, cut % damaged.length));
        try {
          const read = Object.values(await readColumns(open(path)));
          // A byte may have become the end of a line, or no longer be one.
          expect(read[0]?.length).toBeLessThanOrEqual((columns[0]?.length ?? 0) + bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
          refused++;
        }
      }),
      { numRuns: 120 },
    );
    expect(refused).toBeGreaterThan(50);
  });

  it('is never read as other values than it was packed with', async () => {
    const path = join(await temporaryFolder(), 'damaged');
    const packed = gzipSync(csv);
    await writeFile(path, csv);
    const expected = await readColumns(csvFile(path));
    expect(gunzipSync(packed).equals(csv)).toBe(true);
    for (let at = 4; at < packed.length; at += 13) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      await writeFile(path, damaged);
      const read = await readColumns(csvFile(path)).catch((error: unknown) => error);
      if (!(read instanceof DataError)) expect(read).toEqual(expected);
    }
  });

  it.each([
    ['one open quote', `a,b\n1,"${'x\n'.repeat(20_000_000)}`, 'expected rows of at most 16 MiB'],
    ['commas without end', ','.repeat(20_000_000), 'columns, got more'],
    [
      'a name for each of a million columns',
      Array.from({ length: 1_000_000 }, (_, i) => i).join(',x'),
      'columns, got more',
    ],
    ['a long name', `${'x'.repeat(2000)},b\n1,2\n`, 'expected names of at most 1000 letters'],
  ])('is refused at once: %s', async (_, text, message) => {
    const path = join(await temporaryFolder(), 'hostile.csv');
    await writeFile(path, text);
    const start = process.memoryUsage().rss;
    await expect(csvFile(path).open()).rejects.toThrow(message);
    expect(process.memoryUsage().rss - start).toBeLessThan(256 * 2 ** 20);
  });

  it('is refused at once: a bomb', async () => {
    const folder = scratchFolder('fluxion-bomb-');
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    });
    const path = join(folder, 'bomb.csv.gz');
    // A member of lines, many times.
    const member = gzipSync(Buffer.alloc(2 ** 22, '1\n'));
    await writeFile(path, Buffer.concat([gzipSync('n\n'), ...Array.from({ length: 64 }, () => member)]));
    const start = process.memoryUsage().rss;
    await expect(csvFile(path).open()).rejects.toThrow('become more than 200 times as many');
    expect(process.memoryUsage().rss - start).toBeLessThan(256 * 2 ** 20);
  });

  it('is refused: keys without end', async () => {
    const path = join(await temporaryFolder(), 'hostile.jsonl');
    const line = (from: number): string =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${from + i}`, 1])));
    await writeFile(path, Array.from({ length: 150 }, (_, i) => line(1000 * i)).join('\n'));
    await expect(jsonLinesFile(path).open()).rejects.toThrow('expected at most 100000 columns');
  });
});
