import { type FlowGraph, noPenalty, type ParameterGradient } from '@fluxion/graph';
import type { Run, Tensor } from '@fluxion/tensor';
import { GradientCells } from './gradientCells.js';

/** Gradients written out, ∇Ω and all. */
export interface WrittenGradients<T> {
  readonly cells: GradientCells;
  readonly writes: readonly Run[];
  readonly gradients: readonly ParameterGradient[];
  /** What an operator binds to each of the tensors they are written to. */
  readonly bound: readonly T[];
}

/** Writes the gradients of passes out into tensors of the model's own, bound once for each list of gradients. */
export function writingGradients<T>(
  bind: (model: FlowGraph, gradient: Tensor) => T,
): (model: FlowGraph, gradients: readonly ParameterGradient[]) => WrittenGradients<T> {
  const cellsOf = new WeakMap<FlowGraph, GradientCells>();
  const known = new WeakMap<readonly ParameterGradient[], WrittenGradients<T>>();
  return (model, gradients) => {
    let written = known.get(gradients);
    if (written === undefined) {
      const cells = cellsOf.get(model) ?? new GradientCells(model);
      cellsOf.set(model, cells);
      written = {
        cells,
        writes: gradients.map(({ parameter, gradient, penalty }) =>
          model.kernels.writeGradient(parameter.value, gradient, penalty, {
            tensor: cells.of(parameter),
            beta: 0,
          }),
        ),
        gradients: gradients.map(({ parameter }) => ({
          parameter,
          gradient: { form: 'dense', tensor: cells.of(parameter) },
          penalty: noPenalty,
        })),
        bound: gradients.map(({ parameter }) => bind(model, cells.of(parameter))),
      };
      known.set(gradients, written);
    }
    return written;
  };
}
