import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { readColumns, readRows } from '../../test/readColumns.js';
import { files } from './files.js';

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
