import { describe, expect, it } from 'vitest';
import { printLine } from './printLine.js';

function printed(text: string, terminal: { isTTY?: boolean; columns?: number } = {}): string {
  let written = '';
  printLine(
    {
      ...terminal,
      write(text) {
        written += text;
      },
    },
    text,
  );
  return written;
}

describe('printLine', () => {
  it('prints one line to a file, however long', () => {
    const text = 'word '.repeat(100).trim();
    expect(printed(text)).toBe(`${text}\n`);
  });

  it('breaks between words on a terminal', () => {
    expect(printed('four words, no more', { isTTY: true, columns: 12 })).toBe('four words,\n  no more\n');
  });

  it('lets no text move the cursor or begin a line of its own', () => {
    expect(printed('a\u001b[2J\nsaved in b')).toBe('a\\u001b[2J\\u000asaved in b\n');
  });
});
