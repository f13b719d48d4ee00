import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from './decimal.js';

function read(text: string): number {
  const bytes = Buffer.from(`<${text}>`);
  return decimal(bytes, 1, bytes.length - 1);
}

describe('decimal', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['+7', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['00012', 12],
    ['1e5', 1e5],
    ['1E-5', 1e-5],
    ['2.5e+3', 2500],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740992],
    ['17976931348623157e292', Number.MAX_VALUE],
    ['0.1000000000000000055511151231257827', 0.1],
    ['1e22', 1e22],
    ['1e23', 1e23],
    ['4.9e-324', 5e-324],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('reads %s', (text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    '',
    '-',
    '.',
    '+.',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '1,2',
    '1_000',
    '0x10',
    '12a',
    ' 1',
    '1 ',
    '--1',
    'infinite',
    'nan',
    '1e5.0',
  ])('does not take %j for a number', (text) => {
    expect(read(text)).toBeNaN();
  });

  it('equals Number for every double and every way to write it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(17), (value, digits) => {
        for (const text of [String(value), value.toExponential(), value.toPrecision(digits + 1)]) {
          expect(read(text)).toBe(Number(text));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('equals Number for every row of digits', () => {
    const part = fc.stringMatching(/^\d{0,25}$/);
    fc.assert(
      fc.property(part, part, fc.integer({ min: -330, max: 330 }), (whole, fraction, exponent) => {
        const text = `-0${whole}.${fraction}e${exponent}`;
        expect(read(text)).toBe(Number(text));
      }),
      { numRuns: 2000 },
    );
  });
});
