import { OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { sequential } from '../sequential.js';
import { pad, padBox } from './pad.js';

describe('pad', () => {
  it('puts its value around each example, and hands back the part inside', () => {
    const run = runBox(
      padBox,
      pad(
        [
          [1, 0],
          [0, 1],
        ],
        { value: 9 },
      ),
      [tensor([1, 2, 3, 4], [2, 1, 2])],
      {
        dOutput: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      },
    );
    expect(run.shape).toEqual([2, 3]);
    expect(run.output).toEqual([9, 9, 9, 1, 2, 9, 9, 9, 9, 3, 4, 9]);
    expect(run.dInputs).toEqual([[4, 5, 10, 11]]);
  });

  it('refuses what is no pair for each axis, and a value that is not finite', () => {
    const build = (around: readonly (readonly [number, number])[], value = 0) =>
      sequential([pad(around, { value })], { inputShape: [2] });
    expect(() =>
      build([
        [1, 0],
        [0, 1],
      ]),
    ).toThrow(
      new OptionError(
        "pad 'pad1' around: expected two whole numbers from 0 for each of 1 axes, got [[1,0],[0,1]]; give [before, after] of each",
      ),
    );
    expect(() => build([[-1, 0]])).toThrow(OptionError);
    expect(() => build([[1, 0]], Number.NaN)).toThrow(
      new OptionError("pad 'pad1' value: expected a finite number, got NaN; give one, as 0"),
    );
  });
});
