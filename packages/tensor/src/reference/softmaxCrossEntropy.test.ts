import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../test/arbitraries.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, flat, nested, rows } from '../../test/nested.js';
import { DIFFERENCE, numericGradient } from '../../test/numericGradient.js';

describe.each(kernelsUnderTest)('softmaxCrossEntropy, $name in $dtype', (under) => {
  const { kernels, cell, blank, labels } = workbench(under);

  it.each(under.layouts)(
    'is −log softmax(logits)[label], and leaves the probabilities: logits that lie %s',
    (layout) => {
      const losses = blank([3], layout);
      const probabilities = blank([3, 2], layout);
      const logits = cell(rows([0, Math.log(3)], [0, Math.log(3)], [7, 7]), layout);
      kernels.softmaxCrossEntropy(logits, labels([0, 1, 1]), probabilities, losses)();
      expectNear(losses, [Math.log(4), Math.log(4 / 3), Math.log(2)], under.tolerance);
      expectNear(probabilities, rows([0.25, 0.75], [0.25, 0.75], [0.5, 0.5]), under.tolerance);
    },
  );

  it('is finite at ±1e8: 0 for the likeliest class, 2e8 for the other', () => {
    const losses = blank([4]);
    const probabilities = blank([4, 2]);
    const logits = cell(rows([1e8, -1e8], [1e8, -1e8], [-1e8, 1e8], [-1e8, 1e8]));
    kernels.softmaxCrossEntropy(logits, labels([0, 1, 0, 1]), probabilities, losses)();
    expect(nested(losses)).toEqual([0, 2e8, 2e8, 0]);
    expect(nested(probabilities)).toEqual(rows([1, 0], [1, 0], [0, 1], [0, 1]));
  });

  it('of equal logits is the log of their number to the last digit, at ±1e8 too', () => {
    const losses = blank([3]);
    const logits = cell(rows([0, 0, 0], [1e8, 1e8, 1e8], [-1e8, -1e8, -1e8]));
    kernels.softmaxCrossEntropy(logits, labels([0, 1, 2]), blank([3, 3]), losses)();
    expectNear(losses, [Math.log(3), Math.log(3), Math.log(3)], under.tolerance);
  });

  it('of a single class is 0', () => {
    const losses = blank([1]);
    kernels.softmaxCrossEntropy(cell([[42]]), labels([0]), blank([1, 1]), losses)();
    expect(nested(losses)).toEqual([0]);
  });

  it('of an empty minibatch is empty', () => {
    const losses = blank([0]);
    kernels.softmaxCrossEntropy(blank([0, 3]), labels([]), blank([0, 3]), losses)();
    expect(nested(losses)).toEqual([]);
  });

  it('is log Σ e^z − z[label], whatever the logits', () => {
    fc.assert(
      fc.property(rowOf(4, 20), fc.nat(3), (row, label) => {
        const losses = blank([1]);
        const logits = cell([row]);
        kernels.softmaxCrossEntropy(logits, labels([label]), blank([1, 4]), losses)();
        const z = flat(nested(logits));
        const loss = Math.log(z.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (z[label] as number);
        expectNear(losses, [loss], 50 * under.tolerance);
      }),
    );
  });
});

describe.each(kernelsUnderTest)('softmaxCrossEntropyGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank, labels } = workbench(under);
  const probabilities = rows([0.25, 0.75], [0.5, 0.5]);

  describe.each(under.layouts)('matrices that lie %s', (layout) => {
    it('is factor · (probabilities − e(label))', () => {
      const sink = blank([2, 2], layout);
      kernels.softmaxCrossEntropyGradient(
        cell(probabilities, layout),
        labels([0, 1]),
        { tensor: sink, beta: 0 },
        0.5,
      )();
      expect(nested(sink)).toEqual(rows([-0.375, 0.375], [0.25, -0.25]));
    });

    it('adds with beta 1', () => {
      const sink = cell(rows([1, 2], [3, 4]), layout);
      kernels.softmaxCrossEntropyGradient(
        cell(probabilities, layout),
        labels([0, 1]),
        { tensor: sink, beta: 1 },
        1,
      )();
      expect(nested(sink)).toEqual(rows([0.25, 2.75], [3.5, 3.5]));
    });
  });

  it('of an empty minibatch is empty', () => {
    const sink = blank([0, 3]);
    kernels.softmaxCrossEntropyGradient(blank([0, 3]), labels([]), { tensor: sink, beta: 0 }, 1)();
    expect(nested(sink)).toEqual([]);
  });

  it('after softmaxCrossEntropy is the numeric gradient of the loss', () => {
    fc.assert(
      fc.property(rowOf(3, 4), fc.nat(2), (row, label) => {
        const logits = cell([row]);
        const found = blank([1, 3]);
        const sink = blank([1, 3]);
        kernels.softmaxCrossEntropy(logits, labels([label]), found, blank([1]))();
        kernels.softmaxCrossEntropyGradient(found, labels([label]), { tensor: sink, beta: 0 }, 2)();
        const loss = (z: readonly number[]): number =>
          2 * (Math.log(z.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (z[label] as number));
        expectNear(
          sink,
          [numericGradient(loss, flat(nested(logits)))],
          Math.max(DIFFERENCE, 4 * under.tolerance),
        );
      }),
    );
  });
});
