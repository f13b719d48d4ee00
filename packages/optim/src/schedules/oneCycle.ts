import { expectObject } from '@fluxion/tensor';
import type { Schedule } from '../schedule.js';
import { countAboveOne, divisor, expectOptions, rate, share } from './expectOptions.js';

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  /** α, the largest rate. */
  readonly learningRate: number;
  /** T, the updates of the whole cycle. */
  readonly updates: number;
  /** Share of the cycle in which the rate rises, in (0, 1). Default 0.3. */
  readonly rise?: number;
  /** It starts at α/divide. Default 25. */
  readonly divide?: number;
  /** It ends, and stays, at α/(divide·finalDivide). Default 10,000. */
  readonly finalDivide?: number;
}

/**
 * One cycle: from α/divide up to α in the first rise·T updates, then down to α/(divide·finalDivide), each along half a
 * cosine. Large rates in the middle regularize, and a network learns in fewer updates. Momentum stays as it is.
 *
 * @throws {OptionError} when α is not positive, T is not an integer above 1, rise is not in (0, 1), or a divisor is below 1.
 * @see Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates",
 *   arXiv 1708.07120; in the form of PyTorch's OneCycleLR.
 * @example
 * sgd({ learningRate: oneCycle({ learningRate: 0.5, updates: 5000 }), momentum: 0.9 });
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const {
    learningRate,
    updates,
    rise = 0.3,
    divide = 25,
    finalDivide = 1e4,
  } = expectObject(
    'oneCycle',
    options,
    'an object of options',
    [],
    'give one, as { learningRate: 0.1, updates: 10_000 }',
  );
  expectOptions('oneCycle', options, {
    learningRate: [learningRate, rate],
    updates: [updates, countAboveOne],
    rise: [rise, share],
    divide: [divide, divisor],
    finalDivide: [finalDivide, divisor],
  });
  const start = learningRate / divide;
  const end = start / finalDivide;
  // The last update is the one that makes T, and has the least rate; the top may lie between two updates.
  const last = updates - 1;
  const top = rise * updates - 1;
  return (t) =>
    t < top
      ? halfCosine(start, learningRate, t / top)
      : halfCosine(learningRate, end, Math.min((t - top) / (last - top), 1));
}

function halfCosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
}
