import type { Kernels } from '../kernels/kernels.js';
import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { settling } from './settling.js';
import type { WaitingTerms } from './waitingTerms.js';

/** Products of X with W₀ or v₀ [K, fanOut]. */
export interface Product {
  readonly values: Tensor;
  readonly multiply: Run;
}

/** What is bound to a weight, and to its velocity where there is one. */
export interface WeightBinding {
  readonly velocity: Tensor | undefined;
  /** With W₀, then with v₀. */
  readonly products: readonly Product[];
  readonly settle: (terms: WaitingTerms) => void;
  copies(): Copies;
}

/** Copies of weight and velocity, for those who read them. */
interface Copies {
  readonly weight: Tensor;
  readonly velocity: Tensor | undefined;
  readonly settle: (terms: WaitingTerms) => void;
  readonly renew: Run;
}

/**
 * Binds what the updates that wait need of a weight.
 *
 * @param inputs X [K, fanIn]
 * @param outputs Δ [K, fanOut]
 */
export function weightBinding(
  weight: Tensor,
  velocity: Tensor | undefined,
  kernels: Kernels,
  inputs: Tensor,
  outputs: Tensor,
): WeightBinding {
  const products = [weight, ...(velocity ? [velocity] : [])].map((of) => {
    const values = kernels.arena.tensor(outputs.shape);
    return { values, multiply: kernels.matmul(inputs, of, { tensor: values, beta: 0 }) };
  });
  const settle = (weight: Tensor, velocity: Tensor | undefined) =>
    settling(kernels, weight, velocity, inputs, outputs);
  const copyOf = (of: Tensor) => {
    const tensor = kernels.arena.tensor(of.shape);
    return { tensor, renew: kernels.copy(of, { tensor, beta: 0 }) };
  };
  let copies: Copies | undefined;
  return {
    velocity,
    products,
    settle: settle(weight, velocity),
    copies() {
      if (copies !== undefined) return copies;
      const [ofWeight, ofVelocity] = [copyOf(weight), velocity && copyOf(velocity)];
      copies = {
        weight: ofWeight.tensor,
        velocity: ofVelocity?.tensor,
        settle: settle(ofWeight.tensor, ofVelocity?.tensor),
        renew() {
          ofWeight.renew();
          ofVelocity?.renew();
        },
      };
      return copies;
    },
  };
}
