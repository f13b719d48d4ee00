import { OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { upsample2d, upsample2dBox } from './upsample2d.js';

const picture = tensor([0, 4, 8], [1, 1, 3, 1]);

describe('upsample2d', () => {
  it('repeats each place, and adds up what comes back', () => {
    const run = runBox(upsample2dBox, upsample2d([1, 2]), [picture], { dOutput: [1, 2, 3, 4, 5, 6] });
    expect(run.output).toEqual([0, 0, 4, 4, 8, 8]);
    expect(run.dInputs).toEqual([[3, 7, 11]]);
  });

  it('lies between neighbours, with the edge going on beyond itself', () => {
    const run = runBox(upsample2dBox, upsample2d([1, 2], { interpolation: 'bilinear' }), [picture]);
    expect(run.output).toEqual([0, 1, 3, 5, 7, 8]);
    expect(run.dInputs).toEqual([[2, 2, 2]]);
  });

  it('refuses an interpolation and a factor that it does not have', () => {
    expect(() => upsample2d(2, { interpolation: 'bicubic' as never })).toThrow(
      new OptionError(
        "upsample2d interpolation: expected nearest or bilinear, got 'bicubic'; name one of these",
      ),
    );
    expect(() => upsample2d(1.5)).toThrow(
      new OptionError(
        'upsample2d factor: expected a whole number from 1, or two, got 1.5; give such a number',
      ),
    );
  });
});
