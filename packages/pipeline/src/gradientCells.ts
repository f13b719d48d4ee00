import type { Lease } from '@fluxion/data';
import type { FlowGraph, Parameter } from '@fluxion/graph';
import type { Tensor } from '@fluxion/tensor';

/** A tensor for the gradient of each parameter of a model, to write it out in. They are used again and again. */
export class GradientCells {
  readonly model: FlowGraph;
  readonly #tensors = new Map<Parameter, Tensor>();
  #lent = 0;

  constructor(model: FlowGraph) {
    this.model = model;
  }

  /** The tensor of a parameter. */
  of(parameter: Parameter): Tensor {
    let tensor = this.#tensors.get(parameter);
    if (tensor === undefined) {
      tensor = this.model.kernels.arena.tensor(parameter.value.shape);
      this.#tensors.set(parameter, tensor);
    }
    return tensor;
  }

  /** Lends what is written from now on, until the next time. */
  lend(): Lease {
    const mine = ++this.#lent;
    return { isOver: () => this.#lent !== mine };
  }
}
