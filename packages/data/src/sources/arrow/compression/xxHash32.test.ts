import { describe, expect, it } from 'vitest';
import { xxHash32 } from './xxHash32.js';

describe('xxHash32', () => {
  // By python3-xxhash 3.
  it.each([
    ['', 0x02cc5d05],
    ['a', 0x550d7456],
    ['abc', 0x32d153ff],
    ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ])('of %j is that of the specification', (text, hash) => {
    expect(xxHash32(Buffer.from(text))).toBe(hash);
  });
});
