import { labels, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.js';

const loss = softmaxCrossEntropy();
const ln = Math.log;

describe('softmaxCrossEntropy', () => {
  it('is −log softmax(logits)[label] of each example', () => {
    // probabilities [1/8, 2/8, 5/8] and [4/8, 1/8, 3/8]
    const logits = tensor([0, ln(2), ln(5), ln(4), 0, ln(3)], [2, 3]);
    const { losses } = runLoss(loss, logits, labels([2, 0]));
    expect(losses[0]).toBeCloseTo(ln(8 / 5), 15);
    expect(losses[1]).toBeCloseTo(ln(2), 15);
  });

  it("has the slides' gradient −(e(y) − f(x)), over the batch size", () => {
    const logits = tensor([0, ln(2), ln(5), ln(4), 0, ln(3)], [2, 3]);
    const { dOutput } = runLoss(loss, logits, labels([2, 0]));
    [1 / 16, 2 / 16, -3 / 16, -4 / 16, 1 / 16, 3 / 16].forEach((expected, i) => {
      expect(dOutput[i]).toBeCloseTo(expected, 15);
    });
  });

  it('is log(classes) where all logits are the same', () => {
    for (const level of [0, 1e8, -1e8]) {
      const { losses, dOutput } = runLoss(loss, tensor(Array(10).fill(level), [1, 10]), labels([3]));
      expect(losses[0]).toBeCloseTo(ln(10), 14);
      dOutput.forEach((d, j) => {
        expect(d).toBeCloseTo(j === 3 ? -0.9 : 0.1, 15);
      });
    }
  });

  it('is 0 at a certain and right answer, and the distance of the logits at a certain and wrong one', () => {
    const logits = tensor([1e8, -1e8, 1e8, -1e8], [2, 2]);
    expect(runLoss(loss, logits, labels([0, 1]))).toEqual({ losses: [0, 2e8], dOutput: [0, 0, 0.5, -0.5] });
  });

  it('is 0 for a single class', () => {
    expect(runLoss(loss, tensor([5], [1, 1]), labels([0]))).toEqual({ losses: [0], dOutput: [0] });
  });

  it('is never negative, and its gradient sums to 0 in each row', () => {
    const row = fc.array(fc.double({ noNaN: true, min: -1e8, max: 1e8 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(row, fc.nat(), (logits, k) => {
        const run = runLoss(loss, tensor(logits, [1, logits.length]), labels([k % logits.length]));
        expect(run.losses[0]).toBeGreaterThanOrEqual(0);
        expect(run.losses[0]).toSatisfy(Number.isFinite);
        expect(run.dOutput.reduce((sum, d) => sum + d)).toBeCloseTo(0, 14);
      }),
    );
  });

  it('reads strided logits, and takes no examples', () => {
    const down = tensor([0, ln(4), ln(2), 0, ln(5), ln(3)], [3, 2]).transpose(1, 0);
    const copied = tensor([0, ln(2), ln(5), ln(4), 0, ln(3)], [2, 3]);
    expect(runLoss(loss, down, labels([2, 0]))).toEqual(runLoss(loss, copied, labels([2, 0])));
    expect(runLoss(loss, tensor([], [0, 3]), labels([]))).toEqual({ losses: [], dOutput: [] });
  });

  it('refuses a label smoothing outside [0, 1), and an option that it does not have', () => {
    for (const labelSmoothing of [-0.1, 1, Number.NaN]) {
      expect(() => softmaxCrossEntropy({ labelSmoothing })).toThrow(OptionError);
    }
    // @ts-expect-error: no such option
    expect(() => softmaxCrossEntropy({ smoothing: 0.1 })).toThrow(OptionError);
  });

  it('refuses an output that is neither a vector nor a sequence of them', () => {
    expect(() => loss.expectOutput?.([2, 3, 4], "softmaxCrossEntropy of 'logits'")).toThrow(
      new ShapeError(
        "softmaxCrossEntropy of 'logits': expected shape [classes], got [2, 3, 4]; end the graph with linear(number of classes)",
      ),
    );
  });
});
