import { describe, expect, it } from 'vitest';
import { ExampleWindow } from './exampleWindow.js';
import { firstOwn, lastOwn, ownRows } from './ownPlaces.js';

const window = (place: number, examples: number): ExampleWindow =>
  ExampleWindow.of(
    place,
    [{ from: 100, count: examples, start: 0 }],
    undefined,
    (count) => (i) => count - 1 - i,
  );

describe('the places of a shard', () => {
  it('follow each other from window to window as if there were one', () => {
    const shard = { rank: 2, size: 5 };
    const own: number[] = [];
    for (let place = 0; place < 35; place += 7) {
      for (let i = firstOwn(shard, window(place, 7), 0); i < 7; i += 5) own.push(place + i);
    }
    expect(own).toEqual([2, 7, 12, 17, 22, 27, 32]);
  });

  it('begin at the next one that is its own', () => {
    const shard = { rank: 1, size: 4 };
    expect([0, 1, 2, 3, 5, 6].map((place) => firstOwn(shard, window(8, 20), place))).toEqual([
      1, 1, 5, 5, 5, 9,
    ]);
  });

  it('end with the last of its own, or of all where it has none', () => {
    expect(lastOwn({ rank: 1, size: 4 }, window(8, 20))).toBe(17);
    expect(lastOwn({ rank: 3, size: 4 }, window(0, 3))).toBe(2);
  });

  it('are rows of the window', () => {
    expect([...ownRows({ rank: 1, size: 3 }, window(0, 6))]).toEqual([0, 1, 0, 0, 1, 0]);
    expect([...ownRows({ rank: 2, size: 3 }, window(0, 2))]).toEqual([1, 0]);
    expect([...ownRows({ rank: 2, size: 3 }, window(0, 0))]).toEqual([]);
  });
});
