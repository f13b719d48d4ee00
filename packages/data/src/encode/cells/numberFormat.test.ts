import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FormatSearch,
  formattedNumber,
  isMissing,
  type NumberFormat,
  writtenNumber,
} from './numberFormat.js';

describe('writtenNumber', () => {
  it.each<[string, '.' | ',', number, string, string]>([
    ['$1,234.50', '.', 1234.5, '$', ''],
    ['-$12', '.', -12, '$', ''],
    ['($1,200)', '.', -1200, '$', ''],
    ['€ 1.234,5', ',', 1234.5, '€', ''],
    ['12 %', '.', 12, '', '%'],
    ['-3,5', ',', -3.5, '', ''],
    ['1 234 567', '.', 1_234_567, '', ''],
    ['1’234.5', '.', 1234.5, '', ''],
    ['12 m2', '.', 12, '', 'm2'],
    ['.5 kg', '.', 0.5, '', 'kg'],
    ['CHF 10', '.', 10, 'CHF', ''],
    ['−4', '.', -4, '', ''],
  ])('reads %j with decimal %j', (text, decimal, value, prefix, suffix) => {
    expect(writtenNumber(text, decimal)).toEqual({ value, prefix, suffix });
  });

  it.each([
    ['S12', '.'],
    ['no. 7', '.'],
    ['0123', '.'],
    ['1,23', '.'],
    ['1,2345', '.'],
    ['1.2.3', '.'],
    ['1.5', ','],
    ['12-14', '.'],
    ['3/4', '.'],
    ['12:30', '.'],
    ['--5', '.'],
    ['12 apples a day', '.'],
    ['', '.'],
    ['kg', '.'],
  ] as const)('finds no number in %j with decimal %j', (text, decimal) => {
    expect(writtenNumber(text, decimal)).toBeUndefined();
  });

  it('reads what a locale writes', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Number(value.toFixed(2)));
    for (const [locale, decimal] of [
      ['en-US', '.'],
      ['de-DE', ','],
      ['de-CH', '.'],
      ['fr-FR', ','],
    ] as const) {
      const write = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 });
      fc.assert(
        fc.property(number, (value) => {
          expect(writtenNumber(write.format(value), decimal)?.value ?? Number.NaN).toBeCloseTo(value, 6);
        }),
        { numRuns: 50 },
      );
    }
  });
});

describe('FormatSearch', () => {
  const found = (decimal: '.' | ',', ...texts: string[]): NumberFormat | undefined | 'none' => {
    const search = new FormatSearch(decimal);
    return texts.every((text) => search.see(text) !== undefined) ? search.format : 'none';
  };

  it('finds what stands before and after numbers, where it is the same', () => {
    expect(found('.', '1', '-2.5', '3e4')).toBeUndefined();
    expect(found('.', '1', '$2', '$1,000')).toEqual({ prefix: '$' });
    expect(found('.', '$2', '€3')).toBe('none');
    expect(found('.', '5 kg', '5 km')).toBe('none');
    expect(found(',', '2,5 %', '3 %')).toEqual({ decimal: ',', suffix: '%' });
    expect(found('.', '02139', '10115')).toBe('none');
  });

  it('finds a format by which every text is read as it was seen', () => {
    const search = new FormatSearch('.');
    for (const text of ['$1,234', '$5', '7', '1e3']) {
      const seen = search.see(text);
      expect(formattedNumber(text, search.format ?? {})).toBe(seen);
    }
    expect(formattedNumber('€5', { prefix: '$' })).toBeNaN();
  });
});

describe('isMissing', () => {
  it.each(['', ' ', '-', '–', 'None', 'unknown', '#N/A'])('takes %j for a number that is missing', (text) => {
    expect(isMissing(text)).toBe(true);
  });

  it.each(['0', 'two', 'no'])('takes %j for what it says', (text) => expect(isMissing(text)).toBe(false));
});
