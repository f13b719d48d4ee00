import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../test/arbitraries.js';
import { kernelsUnderTest, workbench } from '../../test/kernelsUnderTest.js';
import { expectNear, nested, rows } from '../../test/nested.js';

describe.each(kernelsUnderTest)('negativeLogLikelihood, $name in $dtype', (under) => {
  const { kernels, cell, blank, labels } = workbench(under);

  it.each(under.layouts)('is −log probabilities[label], of probabilities that lie %s', (layout) => {
    const losses = blank([3], layout);
    const probabilities = cell(rows([0.25, 0.75], [0.5, 0.5], [0, 1]), layout);
    kernels.negativeLogLikelihood(probabilities, labels([0, 1, 1]), losses)();
    expectNear(losses, [2 * Math.LN2, Math.LN2, 0], under.tolerance);
  });

  it('is infinite where the probability is 0', () => {
    const losses = blank([1]);
    kernels.negativeLogLikelihood(cell([[0, 1]]), labels([0]), losses)();
    expect(nested(losses)).toEqual([Number.POSITIVE_INFINITY]);
  });

  it('is infinite where the slope would be, and no number where the probability is none', () => {
    const smallest = under.dtype === 'float32' ? 2 ** -149 : 2 ** -1074;
    const losses = blank([3]);
    const probabilities = cell(rows([smallest, 1], [Number.NaN, 1], [1e-30, 1]));
    kernels.negativeLogLikelihood(probabilities, labels([0, 0, 0]), losses)();
    expectNear(losses, [Number.POSITIVE_INFINITY, Number.NaN, 30 * Math.LN10], under.tolerance);
  });

  it('of an empty minibatch is empty', () => {
    const losses = blank([0]);
    kernels.negativeLogLikelihood(blank([0, 3]), labels([]), losses)();
    expect(nested(losses)).toEqual([]);
  });
});

describe.each(kernelsUnderTest)('negativeLogLikelihoodGradient, $name in $dtype', (under) => {
  const { kernels, cell, blank, labels } = workbench(under);
  const probabilities = rows([0.25, 0.75], [0.5, 0.5]);

  describe.each(under.layouts)('matrices that lie %s', (layout) => {
    it('is −factor / probability at the label and 0 elsewhere', () => {
      const sink = blank([2, 2], layout);
      kernels.negativeLogLikelihoodGradient(
        cell(probabilities, layout),
        labels([0, 1]),
        { tensor: sink, beta: 0 },
        0.5,
      )();
      expect(nested(sink)).toEqual(rows([-2, 0], [0, -1]));
    });

    it('adds with beta 1', () => {
      const sink = cell(rows([10, 20], [30, 40]), layout);
      kernels.negativeLogLikelihoodGradient(
        cell(probabilities, layout),
        labels([0, 1]),
        { tensor: sink, beta: 1 },
        1,
      )();
      expect(nested(sink)).toEqual(rows([6, 20], [30, 38]));
    });
  });

  it('of an empty minibatch is empty', () => {
    const sink = blank([0, 3]);
    kernels.negativeLogLikelihoodGradient(blank([0, 3]), labels([]), { tensor: sink, beta: 0 }, 1)();
    expect(nested(sink)).toEqual([]);
  });

  it('through the gradient of softmax is that of softmaxCrossEntropy', () => {
    fc.assert(
      fc.property(rowOf(4, 3), fc.nat(3), (row, label) => {
        const target = labels([label]);
        const probabilities = blank([1, 4]);
        kernels.softmaxCrossEntropy(cell([row]), target, probabilities, blank([1]))();
        const fused = blank([1, 4]);
        kernels.softmaxCrossEntropyGradient(probabilities, target, { tensor: fused, beta: 0 }, 1)();

        const dProbabilities = blank([1, 4]);
        const dLogits = blank([1, 4]);
        kernels.negativeLogLikelihoodGradient(
          probabilities,
          target,
          { tensor: dProbabilities, beta: 0 },
          1,
        )();
        kernels.softmaxGradient(probabilities, dProbabilities, { tensor: dLogits, beta: 0 })();
        expectNear(dLogits, nested(fused), 4 * under.tolerance);
      }),
    );
  });
});
