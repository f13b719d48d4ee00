import { OptionError } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js';
import { weighted } from './weighted.js';

describe('weighted', () => {
  it('is the same loss with weights, and leaves the other as it was', () => {
    const loss = weighted(softmaxCrossEntropy(), { weight: 0.5, classes: [1, 20] });
    expect(loss).toMatchObject({ kind: 'softmaxCrossEntropy', weight: 0.5, classWeights: [1, 20] });
    expect(softmaxCrossEntropy().weight).toBeUndefined();
  });

  it('multiplies the weights of a loss that has one', () => {
    expect(weighted(weighted(binaryCrossEntropy(), { weight: 2 }), { weight: 3 }).weight).toBe(6);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the weight %d', (bad) => {
    expect(() => weighted(softmaxCrossEntropy(), { weight: bad })).toThrow(OptionError);
    expect(() => weighted(softmaxCrossEntropy(), { classes: [1, bad] })).toThrow(OptionError);
  });

  it('refuses an option that is none', () => {
    // @ts-expect-error: no such option
    expect(() => weighted(softmaxCrossEntropy(), { class: [1, 2] })).toThrow("did you mean 'classes'?");
  });
});
