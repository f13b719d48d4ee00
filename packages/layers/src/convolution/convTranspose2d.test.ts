import { OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { sequential } from '../sequential.js';
import { conv2d } from './conv2d.js';
import { type ConvTranspose2dOptions, convTranspose2d, convTranspose2dBox } from './convTranspose2d.js';

describe('convTranspose2d', () => {
  it('adds a window for each place, and the bias everywhere', () => {
    const box = convTranspose2d(1, [1, 3], { stride: [1, 2] });
    const { output, dInputs } = runBox(convTranspose2dBox, box, [tensor([1, 10], [1, 1, 2, 1])], {
      parameters: { weight: tensor([1, 2, 3], [1, 3]), bias: tensor([0.5], [1]) },
    });
    expect(output).toEqual([1.5, 2.5, 13.5, 20.5, 30.5]);
    expect(dInputs).toEqual([[6, 6]]);
  });

  it.each<ConvTranspose2dOptions>([
    {},
    { stride: 2, outputPadding: 1 },
    { stride: [3, 2], padding: 1, dilation: 2 },
    { stride: 2, padding: 'same' },
  ])('makes with %j a picture of which the convolution makes the input again', (options) => {
    const { outputPadding: _, ...window } = options;
    const model = sequential([convTranspose2d(2, 3, options), conv2d(1, 3, window)], {
      inputShape: [4, 5, 1],
    });
    expect(model.box('conv2d1').shape).toEqual([4, 5, 1]);
  });

  it('refuses more rows at the end than the stride has, and padding that leaves nothing', () => {
    const build = (options: ConvTranspose2dOptions) =>
      sequential([convTranspose2d(1, 2, options)], { inputShape: [1, 1, 1] });
    expect(() => build({ outputPadding: 1 })).toThrow(
      new OptionError(
        "convTranspose2d 'convTranspose2d1' outputPadding: expected less than the stride, [1, 1], got [1, 1]; give less",
      ),
    );
    expect(() => build({ padding: 1 })).toThrow(ShapeError);
  });
});
