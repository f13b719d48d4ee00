import type { ElementwiseFunction } from '../elementwise/elementwiseFunction.js';
import type { ElementwiseName } from '../elementwise/named.js';
import type { Numbers } from '../numberOption.js';
import type { Tensor } from '../tensor.js';
import type { Run, Sink } from './run.js';

/** Functions of each element and softmax, with their derivatives. */
export interface MapKernels {
  /**
   * output ← f(input), element by element. A function of the table is named; another is given itself, and runs as a plain
   * loop.
   *
   * @param options numbers that shape it; those left out are the function's own
   * @throws {OptionError} on an option that it does not have, or that it does not accept.
   */
  elementwise(
    f: ElementwiseName | ElementwiseFunction,
    input: Tensor,
    output: Tensor,
    options?: Numbers,
  ): Run;
  /** sink ← dOutput ⊙ f′(input), where output = f(input). */
  elementwiseGradient(
    f: ElementwiseName | ElementwiseFunction,
    input: Tensor,
    output: Tensor,
    dOutput: Tensor,
    sink: Sink,
    options?: Numbers,
  ): Run;

  /** output ← softmax of each row: eˣ⁻ᵐ / Σ eˣ⁻ᵐ with m the row's largest. */
  softmax(input: Tensor, output: Tensor): Run;
  /** sink ← output ⊙ (dOutput − Σ output ⊙ dOutput), row by row: softmax's true Jacobian. */
  softmaxGradient(output: Tensor, dOutput: Tensor, sink: Sink): Run;
}
