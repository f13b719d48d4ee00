import type { FlowGraph } from '@fluxion/graph';
import { type Measure, OptionError } from '@fluxion/tensor';
import { map, type OperatorFunction } from 'rxjs';
import { GradientSum } from './gradientSum.js';
import type { Backward } from './messages.js';

/**
 * Keeps the gradient, regularizer included, from being longer than `maxNorm`: g ← g · min(1, maxNorm / ‖g‖), with ‖g‖
 * the Euclidean norm over all parameters together. Stands between `bprop` and `update`.
 *
 * @param maxNorm a positive number
 * @throws {OptionError} when maxNorm is not positive.
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
  const written = new WeakMap<FlowGraph, { total: GradientSum; squares: Measure }>();
  return map((backward) => {
    const { model, gradients } = backward;
    let known = written.get(model);
    if (known === undefined) {
      known = withNorm(model);
      written.set(model, known);
    }
    const { total, squares } = known;
    total.set(gradients);
    const norm = Math.sqrt(squares());
    if (norm > maxNorm) total.scale(maxNorm / norm);
    return { ...backward, gradients: total.gradients };
  });
}

function withNorm(model: FlowGraph): { total: GradientSum; squares: Measure } {
  const total = new GradientSum(model, 'added');
  let of: GradientSum['gradients'] = [];
  let measures: Measure[] = [];
  const squares = (): number => {
    if (of !== total.gradients) {
      of = total.gradients;
      measures = of.flatMap(({ gradient }) =>
        gradient.form === 'dense' ? [model.kernels.sumSquares(gradient.tensor)] : [],
      );
    }
    return measures.reduce((sum, measure) => sum + measure(), 0);
  };
  return { total, squares };
}
