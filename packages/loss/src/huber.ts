import type { Loss } from '@fluxion/graph';
import { pointwise } from './pointwise.js';

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
  return delta === 1 ? usual : pointwise('huber', { options: { delta } });
}

// One object, so that the same loss is the same objective.
const usual = pointwise('huber');
