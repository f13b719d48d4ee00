import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../test/arbitraries.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, nested, rows } from '../../test/nested.js';

/** Softmax of one row as the textbook has it, in float64. */
function textbook(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

describe.each(kernelsUnderTest)('softmax, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('is e^x over its sum, row by row, on matrices that lie %s', (layout) => {
    const output = blank([3, 2], layout);
    kernels.softmax(cell(rows([0, Math.log(3)], [5, 5], [Math.log(9), 0]), layout), output)();
    expectNear(output, rows([0.25, 0.75], [0.5, 0.5], [0.9, 0.1]), under.tolerance);
  });

  it('of one class is 1', () => {
    const output = blank([2, 1]);
    kernels.softmax(cell([[-1e8], [3]]), output)();
    expect(nested(output)).toEqual([[1], [1]]);
  });

  it('of equal logits is uniform, at ±1e8 too', () => {
    const output = blank([3, 4]);
    kernels.softmax(cell(rows([0, 0, 0, 0], [1e8, 1e8, 1e8, 1e8], [-1e8, -1e8, -1e8, -1e8])), output)();
    expect(nested(output)).toEqual(
      rows([0.25, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, 0.25]),
    );
  });

  it('gives all to the largest of ±1e8', () => {
    const output = blank([1, 3]);
    kernels.softmax(cell([[-1e8, 1e8, 0]]), output)();
    expect(nested(output)).toEqual([[0, 1, 0]]);
  });

  it('takes the innermost rows of examples of several axes', () => {
    const output = blank([1, 2, 2]);
    kernels.softmax(cell(rows(rows([0, Math.log(3)], [Math.log(9), 0]))), output)();
    expectNear(output, rows(rows([0.25, 0.75], [0.9, 0.1])), under.tolerance);
  });

  it('of an empty minibatch is empty', () => {
    const output = blank([0, 3]);
    kernels.softmax(blank([0, 3]), output)();
    expect(nested(output)).toEqual([]);
  });

  it('spoils only the row that holds a NaN', () => {
    const output = blank([2, 2]);
    kernels.softmax(cell(rows([0, Number.NaN], [0, 0])), output)();
    expect(nested(output)).toEqual(rows([Number.NaN, Number.NaN], [0.5, 0.5]));
  });

  it('has rows of numbers from 0 to 1 that sum to 1, whatever the logits', () => {
    fc.assert(
      fc.property(rowOf(5, 1e8), rowOf(5, 10), (large, small) => {
        const output = blank([2, 5]);
        kernels.softmax(cell([large, small]), output)();
        for (const row of nested(output) as number[][]) {
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...row)).toBeLessThanOrEqual(1);
          expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(5 * under.tolerance);
        }
      }),
    );
  });

  it('is the textbook formula where that does not overflow', () => {
    fc.assert(
      fc.property(rowOf(4, 20), (row) => {
        const logits = cell([row]);
        const output = blank([1, 4]);
        kernels.softmax(logits, output)();
        expectNear(output, [textbook(nested(logits.pick(0, null)) as number[])], 4 * under.tolerance);
      }),
    );
  });

  it('does not change when a number is added to all logits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), (row) => {
        const output = blank([2, 3]);
        kernels.softmax(cell([row, row.map((logit) => logit + 1000)]), output)();
        const [plain, shifted] = nested(output) as [number[], number[]];
        expect(shifted).toEqual(plain);
      }),
    );
  });
});

describe.each(kernelsUnderTest)('softmaxGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(under.layouts)('matrices that lie %s', (layout) => {
    // Row 1: Σ y·dy = ¼·1 + ¾·0 = ¼, so ¼·(1 − ¼) and ¾·(0 − ¼). Row 2: Σ = ½·2 + ½·4 = 3, so ½·(2 − 3), ½·(4 − 3).
    it('is output ⊙ (dOutput − Σ output ⊙ dOutput), row by row', () => {
      const sink = blank([2, 2], layout);
      kernels.softmaxGradient(
        cell(rows([0.25, 0.75], [0.5, 0.5]), layout),
        cell(rows([1, 0], [2, 4]), layout),
        {
          tensor: sink,
          beta: 0,
        },
      )();
      expect(nested(sink)).toEqual(rows([0.1875, -0.1875], [-0.5, 0.5]));
    });

    it('adds with beta 1', () => {
      const sink = cell([[1, 2]], layout);
      kernels.softmaxGradient(cell([[0.25, 0.75]], layout), cell([[1, 0]], layout), {
        tensor: sink,
        beta: 1,
      })();
      expect(nested(sink)).toEqual([[1.1875, 1.8125]]);
    });
  });

  it('is 0 where all probability lies on one class', () => {
    const sink = blank([1, 3]);
    kernels.softmaxGradient(cell([[0, 1, 0]]), cell([[1e8, -1e8, 3]]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([[0, 0, 0]]);
  });

  it('of an empty minibatch is empty', () => {
    const sink = blank([0, 3]);
    kernels.softmaxGradient(blank([0, 3]), blank([0, 3]), { tensor: sink, beta: 0 })();
    expect(nested(sink)).toEqual([]);
  });

  it('is the numeric Jacobian of the textbook formula, column by column', () => {
    const epsilon = 1e-6;
    fc.assert(
      fc.property(rowOf(4, 3), (row) => {
        const output = cell([textbook(row)]);
        for (let i = 0; i < 4; i++) {
          // dOutput = eᵢ leaves the gradient of the i-th output: row i of the Jacobian.
          const sink = blank([1, 4]);
          const unit = [0, 1, 2, 3].map((j) => (i === j ? 1 : 0));
          kernels.softmaxGradient(output, cell([unit]), { tensor: sink, beta: 0 })();
          const numeric = row.map((_, j) => {
            const shifted = (by: number): number =>
              textbook(row.map((logit, k) => (k === j ? logit + by : logit)))[i] as number;
            return (shifted(epsilon) - shifted(-epsilon)) / (2 * epsilon);
          });
          expectNear(sink, [numeric], Math.max(under.tolerance, 1e-9));
        }
      }),
    );
  });

  it('sums to 0 over each row: probabilities only change places', () => {
    fc.assert(
      fc.property(rowOf(5, 4), rowOf(5, 10), (logits, dOutput) => {
        const sink = blank([1, 5]);
        kernels.softmaxGradient(cell([textbook(logits)]), cell([dOutput]), { tensor: sink, beta: 0 })();
        const [row] = nested(sink) as [number[]];
        expect(Math.abs(row.reduce((sum, value) => sum + value, 0))).toBeLessThan(50 * under.tolerance);
      }),
    );
  });
});
