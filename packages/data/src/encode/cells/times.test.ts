import { describe, expect, it } from 'vitest';
import { type DateOrder, textTime } from './times.js';

const time = (iso: string): number => Date.parse(iso);

describe('textTime', () => {
  it.each<[string, DateOrder, string]>([
    ['2026-03', 'iso', '2026-03-01T00:00Z'],
    ['2026-03-31 18:30:05.25+02:00', 'iso', '2026-03-31T16:30:05.250Z'],
    ['2026-03-31', 'dmy', '2026-03-31T00:00Z'],
    ['2026/3/1', 'ymd', '2026-03-01T00:00Z'],
    ['31.03.2026', 'dmy', '2026-03-31T00:00Z'],
    ['31/3/26 9:05', 'dmy', '2026-03-31T09:05Z'],
    ['03/31/2026 6:30 PM', 'mdy', '2026-03-31T18:30Z'],
    ['3/31/1999, 12:15 a.m.', 'mdy', '1999-03-31T00:15Z'],
    ['31 Mar 2026', 'dmy', '2026-03-31T00:00Z'],
    ['31-Mar-71', 'mdy', '1971-03-31T00:00Z'],
    ['March 31st, 2026', 'ymd', '2026-03-31T00:00Z'],
    ['Tue, 31 Mar 2026 10:00:00 GMT', 'dmy', '2026-03-31T10:00Z'],
  ])('reads %j in the order %s', (text, order, iso) => expect(textTime(text, order)).toBe(time(iso)));

  it.each<[string, DateOrder]>([
    ['31.03.2026', 'iso'],
    ['31/03/2026', 'mdy'],
    ['30.02.2026', 'dmy'],
    ['2026-02-30', 'iso'],
    ['2026-03-31 25:00', 'iso'],
    ['31 Foo 2026', 'dmy'],
    ['3/31/2026 13:00 PM', 'mdy'],
    ['12', 'dmy'],
    ['1.2.3', 'dmy'],
    ['2026-03-31 later', 'iso'],
  ])('finds no time in %j in the order %s', (text, order) => expect(textTime(text, order)).toBeNaN());
});
