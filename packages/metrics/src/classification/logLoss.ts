import type { Metric } from '../counting/metric.js';
import { weightedMean } from '../counting/weightedMean.js';

/**
 * Mean of −log p(class), in nats: 0 for perfect predictions, log n for saying each of n classes to be as probable.
 *
 * Probabilities are taken to be at least 2⁻⁵², so that one that has underflowed to 0 costs 36 and not infinity.
 *
 * @example
 * const running = logLoss().start();
 */
export function logLoss(): Metric {
  return weightedMean('logLoss', 'classes', ({ predictions, targets, units }, row) => {
    const probability = predictions[row * units + (targets[row] as number)] as number;
    // Adding 0 makes the −0 of a probability of 1 a 0.
    return 0 - Math.log(Math.min(Math.max(probability, Number.EPSILON), 1));
  });
}
