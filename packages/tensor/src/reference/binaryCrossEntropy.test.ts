import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../test/arbitraries.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, flat, nested, rows } from '../../test/nested.js';
import { DIFFERENCE, numericGradient } from '../../test/numericGradient.js';

describe.each(kernelsUnderTest)('binaryCrossEntropy, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  it.each(under.layouts)('is Σ log(1 + e^z) − t·z over a row, of matrices that lie %s', (layout) => {
    // σ(ln 3) = ¾: for t = 1 −log ¾, for t = 0 −log ¼; σ(0) = ½ whatever t
    const losses = blank([3], layout);
    const logits = cell(rows([Math.log(3), 0], [Math.log(3), 0], [-Math.log(3), Math.log(3)]), layout);
    const targets = cell(rows([1, 1], [0, 0.5], [0, 1]), layout);
    kernels.pointwiseLoss('binaryCrossEntropy', logits, targets, losses)();
    expectNear(
      losses,
      [Math.log(4 / 3) + Math.LN2, Math.log(4) + Math.LN2, 2 * Math.log(4 / 3)],
      2 * under.tolerance,
    );
  });

  it('is finite at ±1e8: 0 where the target agrees, 1e8 where it does not', () => {
    const losses = blank([4]);
    kernels.pointwiseLoss(
      'binaryCrossEntropy',
      cell([[1e8], [-1e8], [1e8], [-1e8]]),
      cell([[1], [0], [0], [1]]),
      losses,
    )();
    expect(nested(losses)).toEqual([0, 0, 1e8, 1e8]);
  });

  it('keeps small losses that 1 + e^z would round away: e^−40 at z = −40, t = 0', () => {
    const losses = blank([1]);
    kernels.pointwiseLoss('binaryCrossEntropy', cell([[-40]]), cell([[0]]), losses)();
    expect(losses.get(0) / Math.exp(-40)).toBeCloseTo(1, 6);
  });

  it('of an empty minibatch is empty', () => {
    const losses = blank([0]);
    kernels.pointwiseLoss('binaryCrossEntropy', blank([0, 3]), blank([0, 3]), losses)();
    expect(nested(losses)).toEqual([]);
  });

  it('is at least 0, and the same when logit and target change sides', () => {
    const units = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(rowOf(3, 20), units, (row, targets) => {
        const losses = blank([2]);
        const logits = cell([row, row.map((z) => -z)]);
        kernels.pointwiseLoss(
          'binaryCrossEntropy',
          logits,
          cell([targets, targets.map((t) => 1 - t)]),
          losses,
        )();
        expect(losses.get(0)).toBeGreaterThanOrEqual(0);
        expect(Math.abs(losses.get(0) - losses.get(1))).toBeLessThan(100 * under.tolerance);
      }),
    );
  });
});

describe.each(kernelsUnderTest)('binaryCrossEntropyGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank } = workbench(under);

  describe.each(under.layouts)('matrices that lie %s', (layout) => {
    it('is factor · (σ(z) − t)', () => {
      const sink = blank([2, 2], layout);
      const logits = cell(rows([Math.log(3), 0], [-Math.log(3), 0]), layout);
      kernels.pointwiseLossGradient(
        'binaryCrossEntropy',
        logits,
        cell(rows([1, 1], [0, 0.5]), layout),
        { tensor: sink, beta: 0 },
        0.5,
      )();
      expectNear(sink, rows([-0.125, -0.25], [0.125, 0]), under.tolerance);
    });

    it('adds with beta 1', () => {
      const sink = cell([[1, 2]], layout);
      kernels.pointwiseLossGradient(
        'binaryCrossEntropy',
        cell([[0, 0]], layout),
        cell([[1, 0]], layout),
        { tensor: sink, beta: 1 },
        1,
      )();
      expect(nested(sink)).toEqual([[0.5, 2.5]]);
    });
  });

  it('is σ − t at ±1e8', () => {
    const sink = blank([4, 1]);
    const logits = cell([[1e8], [-1e8], [1e8], [-1e8]]);
    kernels.pointwiseLossGradient(
      'binaryCrossEntropy',
      logits,
      cell([[1], [0], [0], [1]]),
      { tensor: sink, beta: 0 },
      1,
    )();
    expect(nested(sink)).toEqual([[0], [0], [1], [-1]]);
  });

  it('of an empty minibatch is empty', () => {
    const sink = blank([0, 3]);
    kernels.pointwiseLossGradient(
      'binaryCrossEntropy',
      blank([0, 3]),
      blank([0, 3]),
      { tensor: sink, beta: 0 },
      1,
    )();
    expect(nested(sink)).toEqual([]);
  });

  it('is the numeric gradient of the loss', () => {
    fc.assert(
      fc.property(rowOf(3, 4), (row) => {
        const targets = [1, 0, 0.25];
        const logits = cell([row]);
        const sink = blank([1, 3]);
        kernels.pointwiseLossGradient(
          'binaryCrossEntropy',
          logits,
          cell([targets]),
          { tensor: sink, beta: 0 },
          1,
        )();
        const loss = (z: readonly number[]): number =>
          z.reduce(
            (sum, logit, j) => sum + Math.log(1 + Math.exp(logit)) - (targets[j] as number) * logit,
            0,
          );
        expectNear(
          sink,
          [numericGradient(loss, flat(nested(logits)))],
          Math.max(DIFFERENCE, 4 * under.tolerance),
        );
      }),
    );
  });
});
