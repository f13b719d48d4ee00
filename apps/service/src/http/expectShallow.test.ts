import { describe, expect, it } from 'vitest';
import { expectShallow } from './expectShallow.js';

describe('expectShallow', () => {
  it('lets rows pass, whatever is in their texts', () => {
    const brackets = '[{'.repeat(100);
    const texts = [brackets, `"${brackets}`, `\\${brackets}\\`, `\\"${brackets}`];
    const bodies = [
      ...texts.map((text) => JSON.stringify([{ text, vector: [1, 2] }])),
      `{"text":"${brackets}`,
      JSON.stringify(Array(100).fill([[], {}])),
    ];
    for (const body of bodies) expect(() => expectShallow(body)).not.toThrow();
  });

  it('refuses what is nested deeper than rows are', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect(() => expectShallow(`${open.repeat(32)}1${close.repeat(32)}`)).not.toThrow();
      expect(() => expectShallow(`["\\"",${open.repeat(33)}`)).toThrow('nested more than 32 deep');
    }
  });
});
