import { OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { sequential } from '../sequential.js';
import { averagePool1d, averagePool1dBox } from './averagePool1d.js';
import { globalMaxPool, globalMaxPoolBox } from './globalMaxPool.js';
import { maxPool1d, maxPool1dBox } from './maxPool1d.js';
import { maxPool2d } from './maxPool2d.js';
import type { Pool1dOptions } from './pool.js';

/** Three steps of two channels, and two more. */
const sequence = tensor([1, 6, 4, 2, 3, 2, 0, 5, 9, -1], [1, 5, 2]);

describe('maxPool1d', () => {
  it('takes the largest of each window by channel, and gives it the gradient', () => {
    const { output, dInputs } = runBox(maxPool1dBox, maxPool1d(2), [sequence], { dOutput: [1, 2, 3, 4] });
    expect(output).toEqual([4, 6, 3, 5]);
    expect(dInputs).toEqual([[0, 2, 1, 0, 3, 0, 0, 4, 0, 0]]);
  });

  it('with padding makes as many steps as the input over the stride', () => {
    const box = maxPool1d(3, { stride: 2, padding: 'same' });
    expect(runBox(maxPool1dBox, box, [sequence]).output).toEqual([4, 6, 4, 5, 9, 5]);
  });
});

describe('averagePool1d', () => {
  it('takes the mean of the steps inside, by channel', () => {
    const box = averagePool1d(2, { padding: 1 });
    const { output, dInputs } = runBox(averagePool1dBox, box, [sequence]);
    expect(output).toEqual([1, 6, 3.5, 2, 4.5, 2]);
    expect(dInputs).toEqual([[1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]]);
  });
});

describe('globalMaxPool', () => {
  it('takes the largest over all places by channel, and gives it the gradient', () => {
    const picture = tensor([1, 6, 4, 2, 3, 2, 0, 5], [1, 2, 2, 2]);
    const { output, dInputs } = runBox(globalMaxPoolBox, globalMaxPool(), [picture]);
    expect(output).toEqual([4, 6]);
    expect(dInputs).toEqual([[0, 1, 1, 0, 0, 0, 0, 0]]);
  });
});

describe('pools', () => {
  it.each([
    [{ stride: 0 }, 'stride: expected a whole number from 1, got 0; give such a number'],
    [{ padding: -1 }, "padding: expected a whole number from 0, or 'same', got -1; give one of these"],
  ] as const)('of sequences refuse %j', (options: Pool1dOptions, message) => {
    const build = () => sequential([maxPool1d(2, options)], { inputShape: [5, 2] });
    expect(build).toThrow(new OptionError(`maxPool1d 'maxPool1d1' ${message}`));
  });

  it('refuse what they do not go over, and windows that do not fit', () => {
    expect(() => sequential([maxPool1d(2)], { inputShape: [5, 5, 2] })).toThrow(
      new ShapeError(
        "maxPool1d 'maxPool1d1' input: expected shape [length, channels], got [5, 5, 2]; give it a sequence of vectors",
      ),
    );
    expect(() => sequential([maxPool2d(2)], { inputShape: [5, 2] })).toThrow(
      new ShapeError(
        "maxPool2d 'maxPool2d1' input: expected shape [height, width, channels], got [5, 2]; give it pictures, as by reshapeTo([5, 2, 1])",
      ),
    );
    expect(() => sequential([averagePool1d(6)], { inputShape: [5, 2] })).toThrow(
      'expected room for a window of [1, 6], got [1, 5]',
    );
  });
});
