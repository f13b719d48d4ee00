import { open as openHandle, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { Table, tableFromArrays, tableToIPC } from 'apache-arrow';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { collect, inputsOf } from '../../../test/collect.js';
import { fixture } from '../../../test/fixture.js';
import { declareBigEndian, fieldOf, footerOf, tableAt, view } from '../../../test/flatField.js';
import { numberedRows } from '../../../test/tables.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import { openExamples } from '../../examples/openExamples.js';
import type { Block } from '../source.js';
import { arrowFile } from './arrowFile.js';

const columns = { input: 'x', target: 'label' } as const;

/** A file with these bytes. */
async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'data.arrow');
  await writeFile(path, bytes);
  return path;
}

/** A file of three blocks, damaged. */
async function damaged(damage: (bytes: Uint8Array) => Uint8Array | undefined): Promise<string> {
  const bytes = tableToIPC(numberedRows([3, 2, 4]), 'file').slice();
  return fileOf(damage(bytes) ?? bytes);
}

/** Where the footer describes a block. */
function footerBlock(bytes: Uint8Array, block: number): number {
  return tableAt(bytes, fieldOf(bytes, footerOf(bytes), 3).value) + 4 + 24 * block;
}

/** The record batch table of a block. */
function batchTable(bytes: Uint8Array, block: number): number {
  const start = Number(view(bytes).getBigInt64(footerBlock(bytes, block), true));
  return tableAt(bytes, fieldOf(bytes, tableAt(bytes, start + 8), 2).value);
}

/** Answers how long the reads from files were since it was asked last. */
async function watchReads(): Promise<() => number[]> {
  const handle = await openHandle(fixture('types.arrow'));
  const read = vi.spyOn(Object.getPrototypeOf(handle), 'read');
  await handle.close();
  onTestFinished(() => read.mockRestore());
  return () => {
    const lengths = read.mock.calls.map(([, , length]) => length as number);
    read.mockClear();
    return lengths;
  };
}

async function failure(path: string): Promise<DataError> {
  const error: unknown = await collect(arrowFile(path), columns).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}

describe('arrowFile', () => {
  it('reads what the library writes, any rows in any order', async () => {
    const path = await fileOf(tableToIPC(numberedRows([3, 2, 4]), 'file'));
    expect(await inputsOf(arrowFile(path), columns)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const open = await arrowFile(path).open();
    expect(await open.countRows?.()).toBe(9);
    expect(open.schema.fields.map(({ name }) => name)).toEqual(['x', 'label']);
    for (const [from, count] of [
      [5, 4],
      [0, 9],
      [3, 6],
      [4, 1],
      [7, 2],
    ] as const) {
      const { rows, columns } = (await open.read(from, 10, [1, 0])) ?? {};
      expect(rows).toBe(count);
      expect(columns?.map(({ values }) => values[0])).toEqual([from, from]);
    }
    expect(await open.read(9, 10, [0])).toBeUndefined();
    await open.close();
  });

  it('reads a file without blocks', async () => {
    const path = await fileOf(tableToIPC(numberedRows([]), 'file'));
    expect(await inputsOf(arrowFile(path), columns)).toEqual([]);
  });

  it.each(['types.arrow', 'lz4.arrow', 'lz4Long.arrow', 'polars.arrow'])(
    'reads what pyarrow and Polars write: %s',
    async (name) => {
      const open = await arrowFile(fixture(name)).open();
      expect(await open.countRows?.()).toBe(
        { 'types.arrow': 10, 'lz4.arrow': 10, 'lz4Long.arrow': 4000 }[name] ?? 3,
      );
      await open.close();
    },
  );

  it('takes lz4 apart, short and long runs', async () => {
    const rows = await inputsOf(arrowFile(fixture('lz4Long.arrow')), { input: 'x', dtype: 'float64' });
    expect(rows).toEqual(
      Array.from({ length: 4000 }, (_, i) => (i < 2000 ? Math.floor(i / 300) : (i * i) % 7919)),
    );
    const lists = await inputsOf(arrowFile(fixture('lz4.arrow')), { input: 'floats', target: 'category' });
    expect(lists).toEqual(Array.from({ length: 10 }, (_, i) => [i, i / 2]).flat());
  });

  it('takes zstd apart, whether Node can or not', async () => {
    const rows = await inputsOf(arrowFile(fixture('zstdLong.arrow')), { input: 'x', dtype: 'float64' });
    expect(rows.slice(2000)).toEqual(
      Array.from({ length: 2000 }, (_, i) => ((i + 2000) * (i + 2000)) % 7919),
    );
  });

  it('reads only the bytes of the columns that are asked for', async () => {
    // The bytes of the other column are overwritten with a NaN.
    const path = await damaged((bytes) => {
      for (let block = 0; block < 3; block++) {
        const start = Number(view(bytes).getBigInt64(footerBlock(bytes, block), true));
        const metadata = view(bytes).getInt32(footerBlock(bytes, block) + 8, true);
        bytes.fill(0xff, start + metadata, start + metadata + 4);
      }
      return undefined;
    });
    await expect(inputsOf(arrowFile(path), { input: 'x' })).rejects.toThrow(
      `${path}, row 0, column 'x': expected a finite number within float32, got NaN`,
    );
    expect(await inputsOf(arrowFile(path), { input: 'label' })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('opens a file of many blocks as soon as one of few', async () => {
    const reads = await watchReads();
    const counts: number[] = [];
    for (const blocks of [1, 100]) {
      const sizes = new Array<number>(blocks).fill(2);
      const open = await arrowFile(await fileOf(tableToIPC(numberedRows(sizes), 'file'))).open();
      counts.push(reads().length);
      expect(await open.countRows?.()).toBe(2 * blocks);
      // The metadata of small batches is read together.
      expect(reads()).toHaveLength(1);
      await open.close();
    }
    expect(counts[0]).toBe(counts[1]);
  });

  it('reads a block and its message in one go, once it knows how far the columns reach', async () => {
    const sizes = [4000, 4000, 3000, 5000, 2500];
    const path = await fileOf(tableToIPC(numberedRows(sizes), 'file'));
    const open = await arrowFile(path).open();
    const reads = await watchReads();
    const counts: number[] = [];
    let from = 0;
    for (const size of sizes) {
      const { columns } = (await open.read(from, 10_000, [0, 1])) as Block;
      from += size;
      expect(columns[0]?.values).toHaveLength(size);
      counts.push(reads().length);
    }
    // The fourth is longer than any before it.
    expect(counts).toEqual([2, 1, 1, 2, 1]);
    await open.close();
  });

  it('does not read what lies before a column far into the body', async () => {
    const wide = new Float64Array(10_000);
    const table = tableFromArrays({ wide, label: new Int8Array(10_000) });
    const open = await arrowFile(
      await fileOf(tableToIPC(new Table(table.batches.concat(table.batches)), 'file')),
    ).open();
    const reads = await watchReads();
    for (const from of [0, 10_000]) await open.read(from, 10_000, [1]);
    const lengths = reads();
    expect(lengths).toHaveLength(4);
    expect(Math.max(...lengths)).toBeLessThan(wide.byteLength / 2);
    await open.close();
  });

  it('reads into the memory of a block that was released, and of no other', async () => {
    const sizes = [4000, 4000, 3000, 4000, 2500];
    const open = await arrowFile(await fileOf(tableToIPC(numberedRows(sizes), 'file'))).open();
    const starts = [0, 4000, 8000, 11_000, 15_000];
    const read = async (batch: number): Promise<Block> =>
      (await open.read(starts[batch] as number, 10_000, [0])) as Block;
    const numbersOf = ({ columns }: Block): Float32Array => columns[0]?.values;
    (await read(0)).release?.();
    const [first, second] = [await read(1), await read(2)];
    const memory = numbersOf(first).buffer;
    expect(numbersOf(second).buffer).not.toBe(memory);
    first.release?.();
    const third = await read(3);
    expect(numbersOf(third).buffer).toBe(memory);
    expect([numbersOf(third)[0], numbersOf(second)[0]]).toEqual([11_000, 8000]);
    expect([memory, numbersOf(second).buffer]).not.toContain(numbersOf(await read(4)).buffer);
    await open.close();
  });

  it('names a missing file, with the cause', async () => {
    const error = await failure('/nowhere/data.arrow');
    expect(error.message).toMatch(/^\/nowhere\/data.arrow: cannot open the file: ENOENT.*; check the path$/);
    expect(error.cause).toHaveProperty('code', 'ENOENT');
    expect(error.place).toEqual({ file: '/nowhere/data.arrow' });
  });

  it('names a folder', async () => {
    expect((await failure(await temporaryFolder())).message).toMatch(/cannot open the file: it is a folder/);
  });

  it.each<[string, Uint8Array | string, string]>([
    ['nothing', '', 'expected an Arrow file, which starts with ARROW1, got an empty file; write it again'],
    ['text', 'x,label\n1,2\n', 'got other bytes; give an Arrow IPC file'],
    ['Parquet', 'PAR1aaaaaaaaaaaaaaaaPAR1', 'got a Parquet file; convert it to an Arrow file'],
    ['Feather 1', 'FEA1aaaaaaaaaaaaaaaaFEA1', 'got a Feather file of version 1; write it with version 2'],
    [
      'a stream',
      tableToIPC(numberedRows([1]), 'stream'),
      'got the Arrow stream format; convert it to an Arrow IPC file, or read it as a stream with arrowStream',
    ],
    ['the head', 'ARROW1', 'expected a footer and ARROW1 at the end of the file, got none'],
    [
      'no footer',
      'ARROW1\0\0\0\0\0\0ARROW1',
      'expected a footer and ARROW1 at the end of the file, got none',
    ],
  ])('refuses what is no Arrow file: %s', async (_, content, message) => {
    const path = await fileOf(typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
    expect((await failure(path)).message).toContain(message);
  });

  it('refuses a big-endian file', async () => {
    const path = await damaged((bytes) => {
      declareBigEndian(bytes, tableAt(bytes, fieldOf(bytes, footerOf(bytes), 1).value));
      return undefined;
    });
    expect((await failure(path)).message).toBe(
      `${path}: cannot read the footer: expected little-endian values, got big-endian ones; write it on a little-endian machine`,
    );
  });

  it('refuses a file that is cut off anywhere', async () => {
    const whole = await readFile(fixture('types.arrow'));
    for (let length = 0; length < whole.length; length += 97) {
      const path = await fileOf(whole.subarray(0, length));
      expect((await failure(path)).message).toMatch(/write it again|give an Arrow IPC file/);
    }
  });

  it('refuses blocks that lie outside the file, before it takes memory for them', async () => {
    for (const [offset, bytesWritten] of [
      [0, 2n ** 40n],
      [16, 2n ** 40n],
      [16, 2n ** 62n],
      [0, -8n],
    ] as const) {
      const path = await damaged((bytes) => {
        view(bytes).setBigInt64(footerBlock(bytes, 1) + offset, bytesWritten, true);
        return undefined;
      });
      expect((await failure(path)).message).toMatch(/footer/);
    }
  });

  it('refuses a body of 2 GiB and more', async () => {
    const path = await damaged((bytes) => {
      const start = Number(view(bytes).getBigInt64(footerBlock(bytes, 1), true));
      const body = fieldOf(bytes, tableAt(bytes, start + 8), 3).value;
      view(bytes).setBigInt64(body, 2n ** 31n, true);
      return undefined;
    });
    expect((await failure(path)).message).toBe(
      `${path}, block 1: cannot read the record batch: expected a body below 2 GiB, got 2147483648 bytes; write smaller record batches`,
    );
  });

  it('refuses a message of another kind than the footer lists', async () => {
    const path = await damaged((bytes) => {
      const start = Number(view(bytes).getBigInt64(footerBlock(bytes, 1), true));
      bytes[fieldOf(bytes, tableAt(bytes, start + 8), 1).value] = 2;
      return undefined;
    });
    expect((await failure(path)).message).toContain('expected a batch message');
  });

  it.each<[string, (bytes: Uint8Array) => void, string]>([
    [
      'more rows than the columns have',
      (bytes) => view(bytes).setBigInt64(fieldOf(bytes, batchTable(bytes, 1), 0).value, 3n, true),
      'expected 3 rows in every column, got 2',
    ],
    [
      'a buffer beyond the body',
      (bytes) =>
        view(bytes).setBigInt64(
          tableAt(bytes, fieldOf(bytes, batchTable(bytes, 1), 2).value) + 4 + 16,
          4096n,
          true,
        ),
      'bytes 4096 to',
    ],
    [
      'a list of buffers beyond the message',
      (bytes) =>
        view(bytes).setUint32(tableAt(bytes, fieldOf(bytes, batchTable(bytes, 1), 2).value), 2 ** 31, true),
      'a list of 2147483648 elements reaches beyond the end',
    ],
    [
      'fewer buffers than columns',
      (bytes) =>
        view(bytes).setUint32(tableAt(bytes, fieldOf(bytes, batchTable(bytes, 1), 2).value), 1, true),
      'expected as many buffers as its columns have, got fewer',
    ],
    [
      'a buffer too short for its rows',
      (bytes) =>
        view(bytes).setBigInt64(
          tableAt(bytes, fieldOf(bytes, batchTable(bytes, 1), 2).value) + 4 + 24,
          4n,
          true,
        ),
      'expected a buffer of 8 bytes, got 4',
    ],
    [
      'more nulls than rows',
      (bytes) =>
        view(bytes).setBigInt64(
          tableAt(bytes, fieldOf(bytes, batchTable(bytes, 1), 1).value) + 4 + 8,
          7n,
          true,
        ),
      'expected at most 2 nulls, got 7',
    ],
  ])('refuses a record batch with %s', async (_, damage, message) => {
    const path = await damaged((bytes) => {
      damage(bytes);
      return undefined;
    });
    const error = await failure(path);
    expect(error.message).toContain(message);
    expect(error.place).toMatchObject({ file: path, block: 1 });
  });

  it('notices a file that is cut off while it is read', async () => {
    const path = await fileOf(tableToIPC(numberedRows([4000, 4000, 4000]), 'file'));
    const reader = await openExamples(arrowFile(path), columns);
    await reader.advance();
    while (reader.next() !== undefined);
    await writeFile(path, (await readFile(path)).subarray(0, 600));
    await reader.advance();
    while (reader.next() !== undefined);
    await expect(reader.advance()).rejects.toThrow(/the file is cut off; write it again/);
  });
});
