import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRegular } from './readRegular.js';

const folder = mkdtempSync(join(tmpdir(), 'fluxion-regular-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('readRegular', () => {
  const path = join(folder, 'data');
  /** Reads the file, to which something happens once its size is known. */
  const readWhile = (happens: () => void): Promise<unknown> => {
    writeFileSync(path, 'abcdef');
    utimesSync(path, 1, 1);
    return readRegular(path, (length) => {
      happens();
      return { offset: 0, length };
    });
  };

  it('reads what is asked for', async () => {
    writeFileSync(path, 'abcdef');
    expect(Buffer.from((await readRegular(path)).bytes).toString()).toBe('abcdef');
    const { bytes } = await readRegular(path, (size) => ({ offset: 1, length: size - 4 }));
    expect(Buffer.from(bytes).toString()).toBe('bc');
  });

  it('refuses a file that shrinks, or is written over, while it is read', async () => {
    await expect(readWhile(() => truncateSync(path, 3))).rejects.toThrow(
      'it had 6 bytes, and is shorter now',
    );
    await expect(readWhile(() => writeFileSync(path, 'ABCDEF'))).rejects.toThrow('it has been written to');
  });

  it('refuses what is no file', async () => {
    await expect(readRegular('/dev/zero')).rejects.toThrow('it is a device');
  });
});
