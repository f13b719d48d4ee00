import { describe, expect, it } from 'vitest';
import { losses } from './losses.js';

describe('losses', () => {
  it('holds each loss under its kind', () => {
    for (const [kind, loss] of Object.entries(losses)) expect(loss().kind).toBe(kind);
  });

  it('gives the same loss each time, so that it is the same objective', () => {
    for (const loss of Object.values(losses)) expect(loss()).toBe(loss());
  });

  it('says what targets each takes, and what makes probabilities of its output', () => {
    const what = Object.fromEntries(
      Object.entries(losses).map(([kind, loss]) => [kind, [loss().targets, loss().link]]),
    );
    expect(what).toEqual({
      softmaxCrossEntropy: ['labels', 'softmax'],
      focalCrossEntropy: ['labels', 'softmax'],
      negativeLogLikelihood: ['labels', 'identity'],
      binaryCrossEntropy: ['values', 'sigmoid'],
      squaredError: ['values', 'identity'],
      absoluteError: ['values', 'identity'],
      huber: ['values', 'identity'],
      quantileError: ['values', 'identity'],
      hinge: ['values', 'identity'],
      poisson: ['values', 'identity'],
      klDivergence: ['values', 'softmax'],
      cosineError: ['values', 'identity'],
      inBatchSoftmax: ['labels', 'identity'],
      triplet: ['labels', 'identity'],
    });
  });
});
