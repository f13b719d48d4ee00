import { elements, type Floats, type Tensor, tensor } from '../tensor.js';
import type { LinearUpdate } from './linearUpdate.js';

/**
 * What W_t and v_t are made of while updates wait: W_t = p·W₀ + q·v₀ + Σ wᵢ·xᵢᵀδᵢ and v_t = r·W₀ + s·v₀ + Σ uᵢ·xᵢᵀδᵢ.
 *
 * The numbers are kept in float64, whatever the tensors are.
 */
export class WaitingTerms {
  /** Pairs that wait, those that were skipped included. */
  count = 0;
  /** p, q, then wᵢ. */
  readonly value: Float64Array;
  /** r, s, then uᵢ. */
  readonly velocity: Float64Array;

  /** wᵢ in the precision of the tensors, where kernels read them. */
  readonly #factors: Floats;

  constructor(examples: number, factors: Floats) {
    this.value = new Float64Array(2 + examples);
    this.velocity = new Float64Array(2 + examples);
    this.#factors = factors;
    this.clear();
  }

  /** Whether W_t has W₀ once and nothing of v₀, as with plain SGD. */
  get isPlain(): boolean {
    return this.value[0] === 1 && this.value[1] === 0;
  }

  clear(): void {
    this.count = 0;
    this.value.fill(0);
    this.velocity.fill(0);
    this.#factors.fill(0);
    this.value[0] = 1;
    this.velocity[1] = 1;
  }

  /** The update by pair i; those before it that are not there have been skipped. */
  update(i: number, update: LinearUpdate): void {
    const { value: w, velocity: u } = this;
    const { value, fromVelocity, toVelocity, velocity } = update;
    const isPlain = value === 1 && fromVelocity === 0 && toVelocity === 0 && velocity === 0;
    if (isPlain) u.fill(0, 0, 2 + this.count);
    else {
      for (let k = 0; k < 2 + this.count; k++) {
        const before = w[k] as number;
        const speed = u[k] as number;
        w[k] = value * before + fromVelocity * speed;
        u[k] = toVelocity * before + velocity * speed;
      }
    }
    w[2 + i] = update.ofGradient;
    u[2 + i] = 1;
    this.count = i + 1;
    for (let k = isPlain ? i : 0; k <= i; k++) this.#factors[k] = w[2 + k] as number;
  }

  /** The terms of value and velocity, [2, 2 + count]. */
  save(): Tensor {
    const length = 2 + this.count;
    const terms = Float64Array.of(...this.value.subarray(0, length), ...this.velocity.subarray(0, length));
    return tensor(terms, [2, length]);
  }

  /** Takes the place of what there is, which has been cleared. */
  restore(saved: Tensor): void {
    const [, length] = saved.shape as [number, number];
    const numbers = elements(saved);
    this.count = length - 2;
    this.value.set(numbers.subarray(0, length));
    this.velocity.set(numbers.subarray(length));
    this.#factors.set(numbers.subarray(2, length));
  }
}
