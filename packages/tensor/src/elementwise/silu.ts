import type { PlainFunction } from './elementwiseFunction.js';
import { sigmoid } from './sigmoid.js';

/**
 * x·σ(x), also called swish; its derivative is σ(x)·(1 + x(1 − σ(x))).
 *
 * @see Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation in reinforcement
 *   learning", Neural Networks 107, 2018, equations 5 and 6.
 */
export const silu: PlainFunction = {
  value: (x) => x * sigmoid.value(x),
  derivative(x) {
    const s = sigmoid.value(x);
    return s * (1 + x * (1 - s));
  },
};
