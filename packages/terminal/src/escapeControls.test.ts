import { describe, expect, it } from 'vitest';
import { escapeControls } from './escapeControls.js';

describe('escapeControls', () => {
  it.each([
    ['a terminal title', '\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['a clear screen of one character', '\u009b2J', '\\u009b2J'],
    ['a line break', 'a\r\nb', 'a\\u000d\\u000ab'],
    ['text from right to left', 'a\u202eb', 'a\\u202eb'],
    ['a mark that cannot be seen', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ])('writes out %s', (_, text, escaped) => expect(escapeControls(text)).toBe(escaped));

  it('leaves words of any language, symbols and emoji as they are', () => {
    const text = 'año · Ångström → 東京 مرحبا 🙂 a\\b "c"';
    expect(escapeControls(text)).toBe(text);
  });
});
