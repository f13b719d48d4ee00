import { type Gradient, labels, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { isCheaperAsTerms, rowsOf } from './cheaperAsTerms.js';

const zeros = (...shape: number[]) =>
  tensor(new Float32Array(shape.reduce((size, length) => size * length)), shape);
const factored = (rows: number): Gradient => ({
  form: 'factored',
  pairs: [{ input: zeros(rows, 784), dOutput: zeros(rows, 500) }],
});

describe('isCheaperAsTerms', () => {
  it('sends an outer product as its factors', () => {
    expect(isCheaperAsTerms(factored(1), [784, 500], 2)).toBe(true);
  });

  it('writes out what many examples multiply to, which all ranks would multiply', () => {
    expect(isCheaperAsTerms(factored(64), [784, 500], 128)).toBe(false);
  });

  it('writes out what is smaller than its factors', () => {
    expect(isCheaperAsTerms(factored(1), [4, 3], 4)).toBe(false);
  });

  it('sends rows that were touched while they are few', () => {
    const rows: Gradient = { form: 'rows', indices: labels([1, 2, 3]), rows: zeros(3, 8) };
    expect(isCheaperAsTerms(rows, [100, 8], 6)).toBe(true);
    expect(isCheaperAsTerms(rows, [100, 8], 180)).toBe(false);
  });
});

it('rowsOf counts the rows of all pairs', () => {
  const pair = { input: zeros(3, 2), dOutput: zeros(3, 5) };
  expect(rowsOf({ form: 'factored', pairs: [pair, pair] })).toBe(6);
});
