import type { Metric } from '../counting/metric.js';
import { weightedMean } from '../counting/weightedMean.js';
import { predictedClass } from './predictedClass.js';

/**
 * Share of the examples, in [0, 1], whose class has the largest probability; the first one, where several have it. Of one
 * unit, the class is 1 where the probability is above ½.
 *
 * @example
 * const running = accuracy().start();
 * running.add(tensor([0.9, 0.1, 0.4, 0.6], [2, 2]), labels([0, 0]));
 * running.value; // 0.5
 */
export function accuracy(): Metric {
  return weightedMean('accuracy', 'classes', (rows, row) =>
    predictedClass(rows, row) === rows.targets[row] ? 1 : 0,
  );
}
