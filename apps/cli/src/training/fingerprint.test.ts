import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fluxion-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function of(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return fingerprint(path);
}

describe('fingerprint', () => {
  it.each([0, 1, 262_144, 262_145, 3_000_000])('is that of a copy, at %i bytes', async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
    expect(await of('copy', bytes)).toBe(await of('original', bytes));
    expect(await of('longer', new Uint8Array([...bytes, 0]))).not.toBe(await of('original', bytes));
  });

  it('is another where any byte of a small file is, and the first or last of a large one', async () => {
    for (const [size, places] of [
      [262_144, [0, 100_000, 262_143]],
      [3_000_000, [0, 2_999_999]],
    ] as const) {
      const before = await of('before', new Uint8Array(size));
      for (const place of places) {
        expect(await of('after', new Uint8Array(size).fill(1, place, place + 1))).not.toBe(before);
      }
    }
  });

  it('is another where another tenth of a large file is', async () => {
    const before = await of('before', new Uint8Array(3_000_000));
    for (let from = 0; from < 3_000_000; from += 300_000) {
      expect(await of('after', new Uint8Array(3_000_000).fill(1, from, from + 300_000))).not.toBe(before);
    }
  });
});
