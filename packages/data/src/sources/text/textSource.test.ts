import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DataError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture } from '../../../test/fixture.js';
import { readColumns, readRows } from '../../../test/readColumns.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { csvFile } from '../csv/csvFile.js';

const ROWS = 12_000;

/** Some 700 kB: rows of many lengths, some of several lines, in more than one piece, and one longer than a piece. */
const rows = Array.from({ length: ROWS }, (_, i) => {
  const word =
    i === 5000 ? 'long '.repeat(30_000) : `${'word '.repeat(i % 13)}${i % 97 === 0 ? '\n' : ''}"${i}"`;
  return { n: i * 1.5, w: i % 7 === 0 ? null : word };
});
const text = `n,w\n${rows.map(({ n, w }) => `${n},${w === null ? '' : `"${w.replaceAll('"', '""')}"`}\n`).join('')}`;

async function written(name: string, bytes: string | Uint8Array = text): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

describe('rows of text', () => {
  it.each([1, 1000, 5003, 100_000])('are the same when read %i at a time', async (count) => {
    const { n, w } = await readColumns(csvFile(await written('a.csv')), count);
    expect(n).toEqual(rows.map((row) => row.n));
    expect(w).toEqual(rows.map((row) => row.w));
  });

  it('are the same in any order, of any columns, from a plain or a compressed file', async () => {
    const plain = await csvFile(await written('a.csv')).open();
    const packed = await csvFile(await written('a.csv.gz', gzipSync(text))).open();
    expect(await plain.countRows?.()).toBe(ROWS);
    expect(await packed.countRows?.()).toBe(ROWS);
    await fc.assert(
      fc.asyncProperty(fc.nat(ROWS + 10), fc.integer({ min: 1, max: 3000 }), async (from, count) => {
        for (const open of [plain, packed]) {
          const some = await readRows(open, from, from + count, count);
          const expected = rows.slice(from, from + count);
          expect(some).toEqual({ n: expected.map(({ n }) => n), w: expected.map(({ w }) => w) });
          const block = await open.read(from, count, [1]);
          expect(block?.columns.map(({ type }) => String(type))).toEqual(block && ['Utf8']);
        }
      }),
      { numRuns: 60 },
    );
    await Promise.all([plain.close(), packed.close()]);
  });

  it('are kept when the file is opened again, and found again when it has been written to', async () => {
    const path = await written('a.csv', 'n\n1\n');
    const source = csvFile(path);
    expect(await readColumns(source)).toEqual({ n: [1] });
    expect(await readColumns(source)).toEqual({ n: [1] });
    await appendFile(path, 'x\n');
    expect(await readColumns(source)).toEqual({ n: ['1', 'x'] });
    const packed = csvFile(await written('a.csv.gz', gzipSync('n\n1\n')));
    expect(await readColumns(packed)).toEqual({ n: [1] });
    expect(await readColumns(packed)).toEqual({ n: [1] });
  });

  it('are refused when the file is written to while it is read', async () => {
    const path = await written('a.csv');
    const open = await csvFile(path).open();
    await open.read(0, 10, [0]);
    await writeFile(path, text.replaceAll('1', '2'));
    await expect(open.read(11_000, 10, [0])).rejects.toThrow('it has been written to; open it again');
    await writeFile(path, 'n,w\n');
    await expect(open.read(5000, 10, [0])).rejects.toThrow(DataError);
    await open.close();
  });

  it('have a line, where each has one', async () => {
    const lines = await csvFile(await written('a.csv', '\ufeffn\n1\n2\n3\n')).open();
    expect(lines.locate?.(2)).toMatchObject({ row: 2, line: 4 });
    await lines.close();
    const several = await csvFile(await written('a.csv')).open();
    expect(several.locate?.(2)).toMatchObject({ row: 2, line: undefined });
    await several.close();
  });

  it('tell the line of a value far into the file', async () => {
    const path = await written('a.csv', `${text}x,"y\n",\n`);
    const line = text.split('\n').length;
    await expect(csvFile(path).open()).rejects.toThrow(`a.csv, line ${line}: expected 2 cells, got 3`);
  });

  it('leave no temporary file', async () => {
    const before = await readdir(tmpdir());
    const open = await csvFile(await written('a.csv.gz', gzipSync(text))).open();
    const during = (await readdir(tmpdir())).filter((name) => !before.includes(name));
    expect(during.filter((name) => !name.startsWith('fluxion-data-'))).toEqual([]);
    await open.close();
  });

  it('stop being read when the signal aborts', async () => {
    const stop = new AbortController();
    const open = await csvFile(await written('a.csv')).open(stop.signal);
    stop.abort();
    await expect(open.read(0, 1, [0])).rejects.toThrow('aborted');
    await open.close();
    await expect(csvFile(await written('a.csv')).open(stop.signal)).rejects.toThrow('aborted');
  });

  it('let the event loop turn', async () => {
    const path = await written('a.csv', text.repeat(20).replaceAll('\nn,w', ''));
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const open = await csvFile(path).open();
    expect(turns).toBeGreaterThan(10);
    turns = 0;
    await readRows(open, 0, 20 * ROWS, 100_000);
    expect(turns).toBeGreaterThan(10);
    isDone = true;
    await open.close();
  });
});

describe('damaged text', () => {
  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), 'cannot unpack the file'],
    ['a wrong checksum', (bytes: Buffer) => flipped(bytes, bytes.length - 6), 'cannot unpack the file'],
    [
      'something else after its end',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('more')]),
      'cannot unpack the file',
    ],
    ['only zeros in it', () => gzipSync(Buffer.alloc(40_000_000)), 'expected rows of at most 16 MiB'],
  ])('is refused: gzip with %s', async (_, damage, message) => {
    const path = await written('a.csv.gz', damage(gzipSync(text)));
    await expect(csvFile(path).open()).rejects.toThrow(message);
  });

  it.each([1, 4, 100])('is refused: zstd without its last %i bytes', async (count) => {
    const whole = await readFile(fixture('table.csv.zst'));
    expect((await readColumns(csvFile(fixture('table.csv.zst')))).n).toHaveLength(400);
    const path = await written('a.csv.zst', whole.subarray(0, -count));
    await expect(csvFile(path).open()).rejects.toThrow('cannot unpack the file');
  });

  it.each(['gz', 'zst'])('is refused where it is no .%s as its name says', async (extension) => {
    const path = await written(`table.csv.${extension}`, 'n\n1\n');
    await expect(csvFile(path).open()).rejects.toThrow(
      `${path}: expected ${extension === 'gz' ? 'gzip' : 'zstd'} data, as its name says, got other bytes; rename the file`,
    );
  });

  it('may be filled up with zeros, or in several members', async () => {
    const packed = Buffer.concat([gzipSync('n\n1\n'), gzipSync('2\n'), Buffer.alloc(512)]);
    expect(await readColumns(csvFile(await written('a.csv.gz', packed)))).toEqual({ n: [1, 2] });
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}
