import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { readColumns, readRows } from '../../test/readColumns.js';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { arrowFile } from './arrow/arrowFile.js';
import { copiedInput } from './copiedInput.js';
import { csvFile } from './csv/csvFile.js';
import { files } from './files.js';
import { openByName } from './openByName.js';

describe('standard input', () => {
  it('is read in any order, and again and again', async () => {
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(
      Readable.from([Buffer.from('n,w\n1,a\n2,'), Buffer.from('b\n3,c\n')]) as NodeJS.ReadStream & { fd: 0 },
    );
    const source = files('-');
    expect(await readColumns(source)).toEqual({ n: [1, 2, 3], w: ['a', 'b', 'c'] });
    const open = await source.open();
    expect(await open.countRows?.()).toBe(3);
    expect(await readRows(open, 2, 3, 1)).toEqual({ n: [3], w: ['c'] });
    expect(await readRows(open, 0, 1, 1)).toEqual({ n: [1], w: ['a'] });
    expect(open.locate?.(1)).toEqual({ file: 'standard input', row: 1, line: 3 });
    await open.close();
  });
});

describe('what can be read once', () => {
  it('is there again though the signal aborts when all of it has been read', async () => {
    const stop = new AbortController();
    const input = Readable.from([Buffer.from('n\n5\n')]);
    input.once('end', () => stop.abort());
    const source = copiedInput('once', () => input, csvFile);
    await expect(source.open(stop.signal)).rejects.toThrow('aborted');
    expect(await readColumns(source)).toEqual({ n: [5] });
  });
});

describe('a named pipe', () => {
  it('is read once and then from its copy', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const source = files(path);
    const [columns] = await Promise.all([readColumns(source), writeFile(path, '{"n":1}\n{"n":2}\n')]);
    expect(columns).toEqual({ n: [1, 2] });
    expect(await readColumns(source)).toEqual({ n: [1, 2] });
    for (const open of [csvFile, arrowFile, openByName]) {
      await expect(open(path).open()).rejects.toThrow('it is a pipe, of which files() makes a copy');
    }
  });

  it('is no longer waited for when the signal aborts, and its next copy is kept', async () => {
    const path = join(await temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const stop = new AbortController();
    const opening = files(path).open(stop.signal);
    setTimeout(() => stop.abort(), 10);
    await expect(opening).rejects.toThrow('aborted');
    const [columns] = await Promise.all([readColumns(files(path)), writeFile(path, 'n\n5\n')]);
    expect(columns).toEqual({ n: [5] });
    expect(await readColumns(files(path))).toEqual({ n: [5] });
  });
});
