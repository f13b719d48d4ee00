import { describe, expect, it } from 'vitest';
import type { Format } from './format.js';
import { formats } from './formats.js';
import { type Attempt, fuzzFormat, isAllowed } from './fuzzFormat.js';

/** Of each format, so that there are more than 300 in all. */
const COUNT = 17;

describe('fuzzFormat', () => {
  it.each(Object.keys(formats))('finds damaged files read or refused: %s', async (name) => {
    const bad: Attempt[] = [];
    let refused = 0;
    for await (const attempt of fuzzFormat(formats[name] as Format, COUNT, 1)) {
      if (!isAllowed(attempt.outcome)) bad.push(attempt);
      else if (attempt.outcome.endsWith('Error')) refused++;
    }
    expect(bad).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });

  it('tells what must not be: other errors, other contents, rejections that nobody handles', async () => {
    const format: Format = {
      isChecked: true,
      files: async () => ({ data: Uint8Array.of(1, 2, 3) }),
      read: async (folder) => folder.length,
    };
    const outcomeOf = async (read: Format['read']): Promise<string | undefined> => {
      let isFirst = true;
      const reads: Format['read'] = async (folder) => {
        if (!isFirst) return read(folder);
        isFirst = false;
        return 'what was written';
      };
      for await (const { outcome } of fuzzFormat({ ...format, read: reads }, 1, 1)) return outcome;
      return undefined;
    };
    expect(await outcomeOf(async () => 'what was written')).toBe('equal');
    expect(await outcomeOf(async () => 'other contents')).toBe('wrong');
    expect(await outcomeOf(() => Promise.reject(new RangeError('out of memory')))).toBe('untyped');
  });
});
