import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { type RunOptions, runBox } from '../../test/runBox.js';
import { boxes } from '../boxes.js';
import { sequential } from '../sequential.js';
import { randomBrightness } from './randomBrightness.js';
import { randomCrop } from './randomCrop.js';
import { randomFlip } from './randomFlip.js';
import { randomRotation } from './randomRotation.js';

const augmentations: readonly BoxDescription[] = [
  randomFlip({ direction: 'both' }),
  randomCrop(1),
  randomRotation(90),
  randomBrightness(0.5),
];

const [HEIGHT, WIDTH] = [2, 3];
const PICTURE = [1, 2, 3, 4, 5, 6];

/** What becomes of the same picture, so many times, as examples that follow one another. */
function changed(box: BoxDescription, count: number, options: RunOptions = {}): number[][] {
  const pictures = tensor(Array.from({ length: count }, () => PICTURE).flat(), [count, HEIGHT, WIDTH, 1]);
  const { output } = runBox(boxes[box.kind] as BoxDefinition, box, [pictures], options);
  return Array.from({ length: count }, (_, i) => output.slice(6 * i, 6 * i + 6));
}

describe.each(augmentations.map((box) => [box.kind, box] as const))('%s', (_, box) => {
  it('changes an example in one way, alone and in any minibatch', () => {
    const together = changed(box, 8, { example: 2 ** 33 });
    const apart = together.map((_, i) => changed(box, 1, { example: 2 ** 33 + i })[0]);
    expect(apart).toEqual(together);
    expect(new Set(together.map(String)).size).toBeGreaterThan(2);
  });

  it('changes nothing in predictions', () => {
    expect(changed(box, 2, { mode: 'predict' })).toEqual([PICTURE, PICTURE]);
  });
});

describe('randomFlip', () => {
  it.each<[Parameters<typeof randomFlip>[0], number[][]]>([
    [{}, [PICTURE, [3, 2, 1, 6, 5, 4]]],
    [{ direction: 'vertical' }, [PICTURE, [4, 5, 6, 1, 2, 3]]],
    [{ direction: 'both' }, [PICTURE, [3, 2, 1, 6, 5, 4], [4, 5, 6, 1, 2, 3], [6, 5, 4, 3, 2, 1]]],
  ])('with %o gives each mirrored picture as often', (options, expected) => {
    const seen = changed(randomFlip(options), 800).map(String);
    for (const picture of expected.map(String)) {
      const share = seen.filter((one) => one === picture).length / seen.length;
      expect(share).toBeGreaterThan(0.75 / expected.length);
    }
    expect(new Set(seen).size).toBe(expected.length);
  });

  it('refuses another direction', () => {
    const make = () => randomFlip({ direction: 'left' as never });
    expect(make).toThrow(
      new OptionError(
        "randomFlip direction: expected horizontal, vertical, both, got 'left'; name one of these",
      ),
    );
  });
});

describe('randomCrop', () => {
  it('moves a picture by whole pixels, each way as often, and repeats those at the edge', () => {
    const seen = changed(randomCrop(1), 900).map(String);
    expect(new Set(seen).size).toBe(9);
    // One up and one to the left; one to the right.
    for (const picture of [
      [5, 6, 6, 5, 6, 6],
      [1, 1, 2, 4, 4, 5],
    ].map(String)) {
      expect(seen.filter((one) => one === picture).length).toBeGreaterThan(50);
    }
  });

  it('refuses a margin that is none', () => {
    expect(() => randomCrop(0)).toThrow('randomCrop margin: expected a whole number from 1, got 0');
  });
});

describe('randomRotation', () => {
  it('turns pictures around their middle by angles up to its own', () => {
    const row = Array.from({ length: 9 }, (_, x) => x - 4);
    const picture = tensor(
      row.flatMap(() => row),
      [1, 9, 9, 1],
    );
    const slopes = Array.from({ length: 200 }, (_, example) => {
      const { output } = runBox(boxes.randomRotation as BoxDefinition, randomRotation(30), [picture], {
        example,
      });
      // Its value is x, so that two neighbours of the middle tell cosine and sine.
      const [right = 0, below = 0] = [output[4 * 9 + 5], output[5 * 9 + 4]];
      expect(Math.hypot(right, below)).toBeCloseTo(1, 12);
      return (Math.atan2(below, right) * 180) / Math.PI;
    });
    expect(Math.max(...slopes)).toBeGreaterThan(27);
    expect(Math.max(...slopes)).toBeLessThan(30);
    expect(Math.min(...slopes)).toBeLessThan(-27);
    expect(Math.min(...slopes)).toBeGreaterThan(-30);
  });

  it('refuses an angle that is none', () => {
    expect(() => randomRotation(200)).toThrow('expected a number above 0, at most 180, got 200');
  });
});

describe('randomBrightness', () => {
  it('multiplies each picture by a factor around 1', () => {
    const factors = changed(randomBrightness(0.5), 200).map((picture) => picture[0] as number);
    for (const [i, picture] of changed(randomBrightness(0.5), 200).entries()) {
      expect(picture[5]).toBeCloseTo(6 * (factors[i] as number), 12);
    }
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.5);
    expect(Math.min(...factors)).toBeLessThan(0.6);
    expect(Math.max(...factors)).toBeGreaterThan(1.4);
    expect(Math.max(...factors)).toBeLessThan(1.5);
  });

  it('refuses a share that is none', () => {
    expect(() => randomBrightness(0)).toThrow('randomBrightness share: expected a number above 0, at most 1');
  });
});

it('refuses what is no picture', () => {
  expect(() => sequential([randomFlip()], { inputShape: [784] })).toThrow(ShapeError);
  expect(() => sequential([randomFlip()], { inputShape: [784] })).toThrow('as by reshapeTo([28, 28, 1])');
});
