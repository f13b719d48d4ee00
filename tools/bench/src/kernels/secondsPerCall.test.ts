import { expect, it } from 'vitest';
import { secondsPerCall } from './secondsPerCall.js';

it('is what a call takes by the clock, for each function, whose rounds take turns', () => {
  let seconds = 0;
  const order: string[] = [];
  const lasting = (name: string, duration: number) => () => {
    seconds += duration;
    if (order.at(-1) !== name) order.push(name);
  };
  const runs = [lasting('short', 2 ** -20), lasting('long', 2 ** -4)];
  expect(secondsPerCall(runs, { roundSeconds: 2 ** -8, rounds: 3 }, () => seconds)).toEqual([
    2 ** -20,
    2 ** -4,
  ]);
  expect(order).toEqual(['short', 'long', 'short', 'long', 'short', 'long', 'short', 'long']);
});
