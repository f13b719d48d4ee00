import { describe, expect, it } from 'vitest';
import { ExampleWindow, type RangeFilter, windowRanges } from './exampleWindow.js';
import { wantedRanges } from './wantedRanges.js';

const window = (filter?: RangeFilter): ExampleWindow =>
  ExampleWindow.of(
    0,
    windowRanges([
      { from: 500, count: 100 },
      { from: 100, count: 100 },
    ]),
    filter,
    () => (place) => place,
  );

const mask = (...rows: number[]): Uint8Array =>
  Uint8Array.from({ length: 200 }, (_, row) => Number(rows.includes(row)));

describe('wantedRanges', () => {
  it('gives the wanted rows by their number in the source, those that are near each other in one range', () => {
    expect(wantedRanges(window(), mask(10, 13, 60, 120), 2)).toEqual([
      { from: 510, count: 4, start: 10 },
      { from: 560, count: 1, start: 60 },
      { from: 120, count: 1, start: 120 },
    ]);
  });

  it('joins no ranges that lie apart in the source', () => {
    expect(wantedRanges(window(), mask(99, 100), 8)).toHaveLength(2);
  });

  it('reads on over rows that are no examples, as whoever reads all does', () => {
    const every30th: RangeFilter = (_, row) => row % 30 === 0;
    expect(wantedRanges(window(every30th), mask(0, 30, 90), 1)).toEqual([{ from: 500, count: 91, start: 0 }]);
  });

  it('reads the rows between, too, where there would be more than three reads for each range', () => {
    const every = mask(...Array.from({ length: 20 }, (_, i) => 10 * i));
    expect(wantedRanges(window(), every, 1)).toEqual([
      { from: 500, count: 91, start: 0 },
      { from: 100, count: 91, start: 100 },
    ]);
  });

  it('has none where nothing is wanted', () => {
    expect(wantedRanges(window(), mask(), 1)).toEqual([]);
  });
});
