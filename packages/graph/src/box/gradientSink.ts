import {
  type FactorPair,
  type Gradient,
  type Labels,
  type Sink,
  StateError,
  type Tensor,
} from '@fluxion/tensor';

/** Where a box's bprop leaves the gradient of one parameter, in the cheapest exact form: one of the three, once. */
export class GradientSink {
  readonly #name: string;
  readonly #cell: () => Tensor;
  #gradient: Gradient | undefined;

  /**
   * @param name the parameter's, for errors
   * @param cell gives a tensor of the parameter's shape
   */
  constructor(name: string, cell: () => Tensor) {
    this.#name = name;
    this.#cell = cell;
  }

  /**
   * Written out: where to write it.
   *
   * @param tensor a cell of the parameter's shape that has it already, and that bprop leaves
   */
  dense(tensor: Tensor = this.#cell()): Sink {
    this.#gradient = { form: 'dense', tensor };
    return { tensor, beta: 0 };
  }

  /** Kept as factors: Σ inputᵀ · dOutput over the pairs, of [rows, fanIn] and [rows, fanOut]; any cells that bprop leaves. */
  factored(...pairs: readonly FactorPair[]): void {
    this.#gradient = { form: 'factored', pairs };
  }

  /** Zero but for some rows: row indices[i] gets rows[i] added, of [n] and [n, width]; negative indices count nothing. */
  rows(indices: Labels, rows: Tensor): void {
    this.#gradient = { form: 'rows', indices, rows };
  }

  /**
   * What was left.
   *
   * @throws {StateError} when nothing was.
   */
  get gradient(): Gradient {
    if (this.#gradient === undefined) {
      throw new StateError(
        `bprop of '${this.#name}': expected its gradient to be left in one form, got none; call dense(), factored() or rows() of gradients in the box's bprop`,
      );
    }
    return this.#gradient;
  }
}
