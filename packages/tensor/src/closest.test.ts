import { describe, expect, it } from 'vitest';
import { closest } from './closest.js';

describe('closest', () => {
  it.each([
    ['imgae', 'image'],
    ['Image', 'image'],
    ['digits', 'digit'],
    ['X', 'x'],
  ])('finds for %s the word %s', (word, found) => {
    expect(closest(word, ['x', 'image', 'digit'])).toBe(found);
  });

  it('finds nothing for a word like none, or among none', () => {
    expect(closest('y', ['x', 'image', 'digit'])).toBeUndefined();
    expect(closest('temperature', ['image', 'digit'])).toBeUndefined();
    expect(closest('image', [])).toBeUndefined();
  });
});
