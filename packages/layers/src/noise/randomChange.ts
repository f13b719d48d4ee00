import type { BackwardCells, BoxCells, BoxDefinition, BoxDescription } from '@fluxion/graph';
import type { Run, Sink, Tensor } from '@fluxion/tensor';

/** How a box changes its input while it is trained. */
export interface RandomChange<D extends BoxDescription> {
  /** Binds what draws, for the examples of these numbers, what is applied to them. */
  draw(cells: BoxCells<D>): (example: number, stride: number) => void;
  /** Binds sink ← the input, changed by what was drawn. */
  apply(cells: BoxCells<D> | BackwardCells<D>, input: Tensor, sink: Sink): Run;
  /** Binds sink ← dInput of a dOutput. Default `apply`, of a change that is a diagonal matrix. */
  gradient?(cells: BackwardCells<D>, dOutput: Tensor, sink: Sink): Run;
}

/** How a box computes that changes its input at random in training, and copies it in predictions. */
export function randomChange<D extends BoxDescription>(
  change: RandomChange<D>,
): Pick<BoxDefinition<D>, 'fprop' | 'bprop'> {
  return {
    fprop(cells) {
      const { kernels, pass, output } = cells;
      const input = cells.inputs[0] as Tensor;
      const sink: Sink = { tensor: output, beta: 0 };
      const draw = change.draw(cells);
      const apply = change.apply(cells, input, sink);
      const copy = kernels.copy(input, sink);
      return [
        () => {
          if (pass.mode === 'predict') return copy();
          draw(pass.example, pass.stride);
          apply();
        },
      ];
    },
    bprop(cells) {
      const { kernels, pass, dOutput } = cells;
      const [dInput] = cells.dInputs;
      if (dInput === undefined) return [];
      const apply = (change.gradient ?? change.apply)(cells, dOutput, dInput);
      const copy = kernels.copy(dOutput, dInput);
      return [() => (pass.mode === 'train' ? apply() : copy())];
    },
  };
}
