import type { PlainFunction } from './elementwiseFunction.js';
import { sigmoid } from './sigmoid.js';

/** tanh(log(1 + eˣ)) as a quotient of polynomials in e^−|x|, which never overflows. */
function gate(x: number): number {
  const e = Math.exp(-Math.abs(x));
  const above = 1 + 2 * e;
  const below = e * (e + 2);
  return x < 0 ? below / (below + 2) : above / (above + 2 * e * e);
}

/**
 * x·t with t = tanh(log(1 + eˣ)); its derivative is t + x·σ(x)(1 − t²).
 *
 * @see Misra, "Mish: a self regularized non-monotonic activation function", BMVC 2020, equation 1.
 */
export const mish: PlainFunction = {
  value: (x) => x * gate(x),
  derivative(x) {
    const t = gate(x);
    return t + x * sigmoid.value(x) * (1 - t * t);
  },
};
