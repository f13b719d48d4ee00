import { OptionError, StateError } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { expectCurrent } from './expectCurrent.js';
import type { Backward } from './messages.js';
import { writingGradients } from './writtenGradients.js';

/**
 * Keeps the gradient, regularizer included, from being longer than `maxNorm`: g ← g · min(1, maxNorm / ‖g‖), with ‖g‖
 * the Euclidean norm over all parameters together. Stands between `bprop` and `update`.
 *
 * @param maxNorm a positive number
 * @throws {OptionError} when maxNorm is not positive; {StateError} as the stream's error, when the gradients have been
 *   kept too long, or their length is not finite: scaling would not make them finite.
 * @see Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1.
 * @example
 * examples(source, options).pipe(fprop(model), bprop(loss), clipByGlobalNorm(1), update(optimizer))
 */
export function clipByGlobalNorm(maxNorm: number): OperatorFunction<Backward, Backward> {
  if (!(maxNorm > 0)) {
    throw new OptionError(
      `clipByGlobalNorm maxNorm: expected a positive number, got ${maxNorm}; give one, as 1`,
    );
  }
  const written = writingGradients(({ kernels }, tensor) => ({
    squares: kernels.sumSquares(tensor),
    scale: kernels.scale(tensor),
  }));
  return map((backward) => {
    expectCurrent('clipByGlobalNorm', backward);
    const { cells, writes, gradients, bound } = written(backward.model, backward.gradients);
    const lease = cells.lend();
    for (const write of writes) write();
    const norm = Math.sqrt(bound.reduce((sum, { squares }) => sum + squares(), 0));
    if (!Number.isFinite(norm)) {
      throw new StateError(
        `clipByGlobalNorm: expected gradients of finite length, got ${norm}; use a smaller learningRate, or look for inputs that are very large`,
      );
    }
    if (norm <= maxNorm) return backward;
    for (const { scale } of bound) scale(maxNorm / norm);
    return { ...backward, gradients, lease };
  });
}
