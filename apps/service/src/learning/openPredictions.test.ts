import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataError } from '@fluxion/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { OpenPredictions } from './openPredictions.js';

const folder = mkdtempSync(join(tmpdir(), 'fluxion-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('predictions that wait for their labels', () => {
  it('are forgotten, the oldest first, where they are too many or together too long', () => {
    const few = new OpenPredictions({ most: 2 });
    const ids = [1, 2, 3].map((x) => few.add({ x }));
    expect(ids.map((id) => few.find(id))).toEqual([undefined, { x: 2 }, { x: 3 }]);

    const long = new OpenPredictions({ characters: 400 });
    const text = 'x'.repeat(100);
    const first = long.add({ text });
    const others = [1, 2, 3, 4, 5].map((x) => long.add({ x, text }));
    expect(long.size).toBe(3);
    expect(long.find(first)).toBeUndefined();
    expect(long.find(others[4] as string)).toEqual({ x: 5, text });
    for (const id of others) long.delete(id);
    expect(long.size).toBe(0);
    expect([1, 2, 3].map(() => long.add({ text })).length).toBe(long.size);
  });

  it('come back from a file, but for lines that are damaged, which is told', async () => {
    const path = join(folder, 'open.jsonl');
    const before = new OpenPredictions();
    const ids = [before.add({ x: 1 }), before.add({ x: null })];
    before.write(path);
    const warnings: Error[] = [];
    const after = new OpenPredictions();
    await after.read(path, (error) => void warnings.push(error));
    expect(ids.map((id) => after.find(id))).toEqual([{ x: 1 }, { x: null }]);
    expect(warnings).toEqual([]);

    writeFileSync(
      path,
      `["a",{"row":"{}","time":${Date.now()}}]\n\0\n["b",{"row":"[1]","time":1}]\n[7]\nnull\n`,
    );
    await after.read(path, (error) => void warnings.push(error));
    expect(after.find('a')).toEqual({});
    expect(warnings).toEqual([expect.any(DataError)]);
    expect(warnings[0]?.message).toContain('got 4 lines of something else');
    await after.read(path, (error) => void warnings.push(error));
    expect(warnings).toHaveLength(1);
  });
});
