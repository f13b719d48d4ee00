import { ShapeError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runBox } from '../test/runBox.js';
import { softmax, softmaxBox } from './softmax.js';

function probabilities(logits: readonly number[]): number[] {
  return runBox(softmaxBox, softmax(), [tensor([...logits], [1, logits.length])]).output;
}

const logits = fc.array(fc.double({ noNaN: true, min: -1e8, max: 1e8 }), { minLength: 1, maxLength: 8 });

describe('softmax', () => {
  it('is e^input over the sum of the row', () => {
    const rows = [0, Math.log(2), Math.log(5), Math.log(4), 0, Math.log(3)];
    const { shape, output } = runBox(softmaxBox, softmax(), [tensor(rows, [2, 3])]);
    expect(shape).toEqual([3]);
    [1 / 8, 2 / 8, 5 / 8, 4 / 8, 1 / 8, 3 / 8].forEach((expected, i) => {
      expect(output[i]).toBeCloseTo(expected, 15);
    });
  });

  it('has rows of numbers in [0, 1] that sum to 1', () => {
    fc.assert(
      fc.property(logits, (row) => {
        const output = probabilities(row);
        for (const p of output) expect(p >= 0 && p <= 1).toBe(true);
        expect(output.reduce((total, p) => total + p)).toBeCloseTo(1, 14);
      }),
    );
  });

  it('does not change when the same number is added to every logit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 6 }),
        fc.integer(),
        (row, shift) => {
          expect(probabilities(row.map((z) => z + shift))).toEqual(probabilities(row));
        },
      ),
    );
  });

  it('gives the larger logit the larger probability', () => {
    fc.assert(
      fc.property(logits, (row) => {
        const output = probabilities(row);
        const largest = row.indexOf(Math.max(...row));
        expect(output[largest]).toBe(Math.max(...output));
      }),
    );
  });

  it('neither overflows nor divides by 0 at ±1e8', () => {
    expect(probabilities([1e8, -1e8, 0])).toEqual([1, 0, 0]);
    expect(probabilities([-1e8, -1e8])).toEqual([0.5, 0.5]);
    expect(probabilities([1e8])).toEqual([1]);
  });

  it('hands its child the product of its Jacobian, pᵢ(1[i = j] − pⱼ), and dOutput', () => {
    const row = [0, Math.log(2), Math.log(5)];
    const p = [1 / 8, 2 / 8, 5 / 8];
    const dOutput = [3, -1, 2];
    const expected = p.map((_, j) =>
      p.reduce((sum, pi, i) => sum + dOutput[i] * pi * ((i === j ? 1 : 0) - p[j]), 0),
    );
    const [dInput] = runBox(softmaxBox, softmax(), [tensor(row, [1, 3])], { dOutput }).dInputs as [number[]];
    dInput.forEach((value, j) => {
      expect(value).toBeCloseTo(expected[j], 14);
    });
  });

  it('hands its child gradients that sum to 0 in each row, and 0 where all of dOutput is one number', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ noNaN: true, min: -20, max: 20 }),
            fc.double({ noNaN: true, min: -20, max: 20 }),
          ),
          { minLength: 1 },
        ),
        (pairs) => {
          const input = tensor(
            pairs.map(([z]) => z),
            [1, pairs.length],
          );
          const run = (dOutput: number[]): number[] =>
            runBox(softmaxBox, softmax(), [input], { dOutput }).dInputs[0];
          expect(run(pairs.map(([, d]) => d)).reduce((sum, d) => sum + d)).toBeCloseTo(0, 12);
          for (const d of run(pairs.map(() => 3))) expect(d).toBeCloseTo(0, 14);
        },
      ),
    );
  });

  it('reads a strided view, and makes an empty batch of an empty batch', () => {
    const down = tensor([0, 1, 2, 0, 1, 0], [3, 2]).transpose(1, 0);
    const copied = tensor([0, 2, 1, 1, 0, 0], [2, 3]);
    expect(runBox(softmaxBox, softmax(), [down])).toEqual(runBox(softmaxBox, softmax(), [copied]));
    expect(runBox(softmaxBox, softmax(), [tensor([], [0, 3])]).output).toEqual([]);
  });

  it('refuses an example that is a single number', () => {
    expect(() => softmaxBox.outputShape(softmax(), [[]], "softmax 'p'")).toThrow(
      new ShapeError("softmax 'p' input: expected shape [classes], got []; give it a vector"),
    );
  });
});
