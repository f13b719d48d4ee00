import type { Loss } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import { lossOfTerms } from './lossOfTerms.js';

/** Options of huber. */
export interface HuberOptions {
  /** δ: the distance from which the loss grows as a line. Default 1. */
  readonly delta?: number;
}

/**
 * Huber's loss: l = Σ h(f(x) − t), with h(d) = ½d² within ±δ and δ(|d| − ½δ) beyond.
 *
 * Shapes   output and targets [batch, units], losses [batch]; of sequences [batch, length, units], the mean over the steps
 * bprop    dOutput = (output − targets, kept within ±δ) / batch
 *
 * @throws {OptionError} when δ is not positive; {ShapeError} when an example of the output is neither a vector nor a sequence of
 *   vectors.
 * @see Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964.
 * @example
 * const loss = huber({ delta: 2 });
 */
export function huber({ delta = 1 }: HuberOptions = {}): Loss<'values'> {
  if (!(delta > 0 && delta < Number.POSITIVE_INFINITY)) {
    throw new OptionError(`huber delta: expected a positive number, got ${delta}; give one, as 1`);
  }
  return delta === 1 ? usual : make(delta);
}

function make(delta: number): Loss<'values'> {
  return lossOfTerms('huber', {
    value: (z, t) => {
      const d = Math.abs(z - t);
      return d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
    },
    slope: (z, t) => Math.min(Math.max(z - t, -delta), delta),
  });
}

// One object, so that the same loss is the same objective.
const usual = make(1);
