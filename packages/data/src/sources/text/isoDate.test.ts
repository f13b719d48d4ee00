import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from './isoDate.js';

function read(text: string): number {
  const bytes = Buffer.from(`<${text}>`);
  return isoDate(bytes, 1, bytes.length - 1);
}

describe('isoDate', () => {
  it.each([
    ['2024-05', '2024-05-01T00:00:00Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['1969-12-31T23:59', '1969-12-31T23:59:00Z'],
    ['2024-05-31 10:30:15', '2024-05-31T10:30:15Z'],
    ['2024-05-31T10:30:15.5Z', '2024-05-31T10:30:15.500Z'],
    ['2024-05-31T10:30:15,123456789', '2024-05-31T10:30:15.123Z'],
    ['2024-05-31T10:30+02:00', '2024-05-31T08:30:00Z'],
    ['2024-05-31T10:30:00-0530', '2024-05-31T16:00:00Z'],
    ['2024-05-31T10:30:00+02', '2024-05-31T08:30:00Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['0001-01-01', '0001-01-01T00:00:00Z'],
  ])('reads %s', (text, same) => {
    expect(read(text)).toBe(Date.parse(same));
  });

  it.each([
    '2024',
    '20240531',
    '2024-5-31',
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '2023-02-29',
    '1900-02-29',
    '2024-05-32',
    '2024-05-31T',
    '2024-05-31T10',
    '2024-05-31T24:00',
    '2024-05-31T10:60',
    '2024-05-31T10:30:61',
    '2024-05-31T10:30:1',
    '2024-05-31T10:30:15.',
    '2024-05-31T10:30Zulu',
    '2024-05-31T10:30+2',
    '2024-05-31T10:30+02:',
    '31/05/2024',
    '2024-05-31x',
  ])('does not take %s for a date', (text) => {
    expect(read(text)).toBeNaN();
  });

  it('equals Date for every moment of the years 0 to 9999', () => {
    const moments = fc.integer({
      min: Date.parse('0000-01-01T00:00:00Z'),
      max: Date.parse('9999-12-31T23:59:59Z'),
    });
    fc.assert(
      fc.property(moments, (moment) => {
        const text = new Date(moment).toISOString();
        expect(read(text)).toBe(moment);
        expect(read(text.slice(0, 10))).toBe(Date.parse(text.slice(0, 10)));
      }),
      { numRuns: 2000 },
    );
  });
});
