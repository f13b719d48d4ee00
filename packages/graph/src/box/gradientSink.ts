import {
  expectShape,
  type FactorPair,
  type Gradient,
  type Labels,
  type Shape,
  type Sink,
  StateError,
  type Tensor,
} from '@fluxion/tensor';

/** Where a box's bprop leaves the gradient of one parameter, in the cheapest exact form, once. */
export class GradientSink {
  readonly #name: string;
  readonly #shape: Shape;
  readonly #cell: () => Tensor;
  #gradient: Gradient | undefined;

  /**
   * @param name the parameter's, for errors
   * @param shape the parameter's
   * @param cell gives a tensor of that shape
   */
  constructor(name: string, shape: Shape, cell: () => Tensor) {
    this.#name = name;
    this.#shape = shape;
    this.#cell = cell;
  }

  /** Written out: where to write it. */
  dense(): Sink {
    const tensor = this.#cell();
    this.#gradient = { form: 'dense', tensor };
    return { tensor, beta: 0 };
  }

  /**
   * Written out already, in a cell that bprop leaves.
   *
   * @throws {ShapeError} when it has not the parameter's shape.
   */
  written(tensor: Tensor): void {
    expectShape(`bprop of '${this.#name}'`, this.#shape, tensor.shape, 'give the gradient that shape');
    this.#gradient = { form: 'dense', tensor };
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
        `bprop of '${this.#name}': expected its gradient to be left in one form, got none; call dense(), written(), factored() or rows() of gradients in the box's bprop`,
      );
    }
    return this.#gradient;
  }
}
