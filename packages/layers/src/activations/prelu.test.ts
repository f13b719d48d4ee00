import { OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { sequential } from '../sequential.js';
import { prelu, preluBox } from './prelu.js';

describe('prelu', () => {
  it('multiplies what is below 0 by the slope of its channel', () => {
    const { output, dInputs, gradients } = runBox(preluBox, prelu(), [tensor([-2, 3, -4, 0], [2, 2])], {
      parameters: { slope: tensor([0.5, -1], [2]) },
      dOutput: [1, 10, 100, 1000],
    });
    expect(output).toEqual([-1, 3, -2, 0]);
    expect(dInputs).toEqual([[0.5, 10, 50, -1000]]);
    expect(gradients.slope).toEqual([-402, 0]);
  });

  it('begins at the slope that it is told, and is left alone by regularizers', () => {
    const [slope] = sequential([prelu({ slope: 0.1 })], { inputShape: [2], dtype: 'float64' }).parameters;
    expect([...slope.value.data]).toEqual([0.1, 0.1]);
    expect(slope.regularized).toBe(false);
  });

  it('refuses a slope that is no finite number', () => {
    expect(() => prelu({ slope: Number.NaN })).toThrow(
      new OptionError('prelu slope: expected a finite number, got NaN; give one, as 0.25'),
    );
  });
});
