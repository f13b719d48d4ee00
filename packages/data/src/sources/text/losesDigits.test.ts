import { describe, expect, it } from 'vitest';
import { losesDigits } from './losesDigits.js';

describe('losesDigits', () => {
  it.each(['9007199254740993', '-9007199254740993', '+123456789012345678', '9'.repeat(400)])(
    'says so of %s',
    (text) => expect(losesDigits(text)).toBe(true),
  );

  it.each(['9007199254740991', '9007199254740992', '1600000000000000000', '12', '0.12345678901234567', ''])(
    'does not of %j',
    (text) => expect(losesDigits(text)).toBe(false),
  );
});
