import { OptionError, StateError } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { expectCurrent } from './expectCurrent.js';
import type { Backward } from './messages.js';
import { writingGradients } from './writtenGradients.js';

/**
 * Keeps each number of the gradient, regularizer included, between −limit and limit: g ← min(max(g, −limit), limit). It changes the
 * gradient's direction, as clipByGlobalNorm does not, but one large number leaves the others as they are. Stands between `bprop` and
 * `update`.
 *
 * @param limit a positive number
 * @throws {OptionError} when the limit is not positive; {StateError} as the stream's error, when the gradients have been kept too
 *   long, or one is not a number.
 * @see Mikolov, "Statistical language models based on neural networks", PhD thesis, Brno University of Technology, 2012, section 3.3.2.
 * @example
 * examples(source, options).pipe(fprop(model), bprop(loss), clipByValue(0.5), update(optimizer))
 */
export function clipByValue(limit: number): OperatorFunction<Backward, Backward> {
  if (!(limit > 0)) {
    throw new OptionError(`clipByValue limit: expected a positive number, got ${limit}; give one, as 1`);
  }
  const written = writingGradients(({ kernels }, tensor) => ({
    clip: kernels.elementwise('clip', tensor, tensor, { min: -limit, max: limit }),
    mean: kernels.mean(tensor),
  }));
  return map((backward) => {
    expectCurrent('clipByValue', backward);
    const { cells, writes, gradients, bound } = written(backward.model, backward.gradients);
    const lease = cells.lend();
    for (const write of writes) write();
    for (const { clip, mean } of bound) {
      clip();
      if (Number.isNaN(mean())) {
        throw new StateError(
          'clipByValue: expected gradients that are numbers, got NaN; use a smaller learningRate, or look for inputs that are very large',
        );
      }
    }
    return { ...backward, gradients, lease };
  });
}
