import type { LinearUpdate } from './linearUpdate.js';

/**
 * What W_t and v_t are made of while updates wait: W_t = p·W₀ + q·v₀ + Σ wᵢ·xᵢᵀδᵢ and v_t = r·W₀ + s·v₀ + Σ uᵢ·xᵢᵀδᵢ.
 *
 * The numbers are kept in float64, whatever the tensors are.
 */
export class WaitingTerms {
  /** Pairs that wait, those that were passed over included. */
  count = 0;
  /** p, q, then wᵢ. */
  readonly value: Float64Array;
  /** r, s, then uᵢ. */
  readonly velocity: Float64Array;

  constructor(examples: number) {
    this.value = new Float64Array(2 + examples);
    this.velocity = new Float64Array(2 + examples);
    this.clear();
  }

  clear(): void {
    this.count = 0;
    this.value.fill(0);
    this.velocity.fill(0);
    this.value[0] = 1;
    this.velocity[1] = 1;
  }

  /** The update by pair i; those before it that are not there were passed over. */
  update(i: number, update: LinearUpdate): void {
    const { value: w, velocity: u } = this;
    const { value, fromVelocity, toVelocity, velocity } = update;
    for (let k = 0; k < 2 + this.count; k++) {
      const [before, speed] = [w[k] as number, u[k] as number];
      w[k] = value * before + fromVelocity * speed;
      u[k] = toVelocity * before + velocity * speed;
    }
    w[2 + i] = update.ofGradient;
    u[2 + i] = 1;
    this.count = i + 1;
  }
}
