import type { PlainFunction } from './elementwiseFunction.js';
import { sigmoid } from './sigmoid.js';

/** log(1 + eˣ), as max(x, 0) + log(1 + e^−|x|), which does not overflow; its derivative is σ(x). */
export const softplus: PlainFunction = {
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  derivative: (x) => sigmoid.value(x),
};
