import type { PlainFunction } from './elementwiseFunction.js';

const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;

/**
 * λx above 0, λα(eˣ − 1) below, whose derivative is y + λα. With λ = 1.0507… and α = 1.6732… mean 0 and variance 1 are a
 * fixed point of a layer.
 *
 * @see Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", NIPS 2017, equations 2 and 14.
 */
export const selu: PlainFunction = {
  value: (x) => SCALE * (x > 0 ? x : ALPHA * Math.expm1(x)),
  derivative: (_, y) => (y > 0 ? SCALE : y + SCALE * ALPHA),
};
