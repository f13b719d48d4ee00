import { type FlowGraph, noPenalty, type ParameterGradient } from '@fluxion/graph';
import { type Measure, OptionError, type Run, StateError } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { expectCurrent } from './expectCurrent.js';
import { GradientCells } from './gradientCells.js';
import type { Backward } from './messages.js';

/**
 * Keeps the gradient, regularizer included, from being longer than `maxNorm`: g ← g · min(1, maxNorm / ‖g‖), with ‖g‖
 * the Euclidean norm over all parameters together. Stands between `bprop` and `update`.
 *
 * @param maxNorm a positive number
 * @throws {OptionError} when maxNorm is not positive; {StateError} as the stream's error, when the gradients have been
 *   kept too long, or their length is not finite: scaling them would not mend them.
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
  const cellsOf = new WeakMap<FlowGraph, GradientCells>();
  const bound = new WeakMap<readonly ParameterGradient[], Whole>();
  return map((backward) => {
    expectCurrent('clipByGlobalNorm', backward);
    const { model, gradients } = backward;
    const cells = cellsOf.get(model) ?? new GradientCells(model);
    cellsOf.set(model, cells);
    const whole = bound.get(gradients) ?? bind(cells, gradients);
    bound.set(gradients, whole);

    const lease = cells.lend();
    for (const write of whole.writes) write();
    const norm = Math.sqrt(whole.squares.reduce((sum, squares) => sum + squares(), 0));
    if (!Number.isFinite(norm)) {
      throw new StateError(
        `clipByGlobalNorm: expected gradients of finite length, got ${norm}; use a smaller learningRate, or mend inputs that are very large`,
      );
    }
    if (norm <= maxNorm) return backward;
    for (const scale of whole.scales) scale(maxNorm / norm);
    return { ...backward, gradients: whole.gradients, lease };
  });
}

/** Gradients written out, ∇Ω and all. */
interface Whole {
  readonly writes: readonly Run[];
  readonly squares: readonly Measure[];
  readonly scales: readonly ((factor: number) => void)[];
  readonly gradients: readonly ParameterGradient[];
}

function bind(cells: GradientCells, gradients: readonly ParameterGradient[]): Whole {
  const { kernels } = cells.model;
  const tensors = gradients.map(({ parameter }) => cells.of(parameter));
  return {
    writes: gradients.map(({ parameter, gradient, penalty }) =>
      kernels.writeGradient(parameter.value, gradient, penalty, { tensor: cells.of(parameter), beta: 0 }),
    ),
    squares: tensors.map((tensor) => kernels.sumSquares(tensor)),
    scales: tensors.map((tensor) => kernels.scale(tensor)),
    gradients: gradients.map(({ parameter }) => ({
      parameter,
      gradient: { form: 'dense', tensor: cells.of(parameter) },
      penalty: noPenalty,
    })),
  };
}
