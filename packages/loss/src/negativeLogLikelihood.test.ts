import { labels, OptionError, ShapeError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { runLoss } from '../test/runLoss.js';
import { negativeLogLikelihood } from './negativeLogLikelihood.js';

const loss = negativeLogLikelihood();

describe('negativeLogLikelihood', () => {
  const probabilities = tensor([0.125, 0.25, 0.625, 0.5, 0.125, 0.375], [2, 3]);

  it('is −log f(x)[label] of each example', () => {
    expect(runLoss(loss, probabilities, labels([1, 0])).losses).toEqual([-Math.log(0.25), -Math.log(0.5)]);
  });

  it('has the gradient −e(label) / f(x)[label], over the batch size', () => {
    expect(runLoss(loss, probabilities, labels([1, 0])).dOutput).toEqual([0, -2, 0, -1, 0, 0]);
  });

  it('is 0 where the probability is 1', () => {
    expect(runLoss(loss, tensor([0, 1], [1, 2]), labels([1]))).toEqual({ losses: [-0], dOutput: [0, -1] });
  });

  it('is infinite where the probability is 0', () => {
    expect(runLoss(loss, tensor([0, 1], [1, 2]), labels([0])).losses).toEqual([Number.POSITIVE_INFINITY]);
  });

  it('takes no examples', () => {
    expect(runLoss(loss, tensor([], [0, 3]), labels([]))).toEqual({ losses: [], dOutput: [] });
  });

  it.each([-0.25, 1.5])('refuses an output that is no probability: %d', (value) => {
    expect(() => loss.expectValues?.([0.5, value], "negativeLogLikelihood of 'linear2'")).toThrow(
      new OptionError(
        `negativeLogLikelihood of 'linear2': expected probabilities, got ${value}; end the graph with softmax(), or use softmaxCrossEntropy() as the loss`,
      ),
    );
  });

  it('takes what rounding leaves above 1, and NaN, which is no matter of the graph', () => {
    expect(() => loss.expectValues?.([0, 1 + 1e-7, Number.NaN], 'here')).not.toThrow();
  });

  it('refuses an output that is neither a vector nor a sequence of vectors', () => {
    expect(() => loss.expectOutput?.([2, 28, 28], "negativeLogLikelihood of 'p'")).toThrow(
      new ShapeError(
        "negativeLogLikelihood of 'p': expected shape [classes], got [2, 28, 28]; end the graph with linear(number of classes) and softmax()",
      ),
    );
  });
});
