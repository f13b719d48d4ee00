/**
 * What one example's update does to a weight W and its velocity v, linear in both and in the gradient G of the loss:
 *
 * ```text
 * W ← value·W + fromVelocity·v + ofGradient·G
 * v ← toVelocity·W + velocity·v + G
 * ```
 */
export interface LinearUpdate {
  readonly value: number;
  readonly fromVelocity: number;
  readonly ofGradient: number;
  readonly toVelocity: number;
  readonly velocity: number;
}

/** W ← W − α(G + 2λW). */
export function sgdUpdate(rate: number, l2: number): LinearUpdate {
  return { value: 1 - 2 * l2 * rate, fromVelocity: 0, ofGradient: -rate, toVelocity: 0, velocity: 0 };
}

/** v ← μv + g; W ← W − αv, with g = G + 2λW. */
export function momentumUpdate(rate: number, l2: number, momentum: number): LinearUpdate {
  return {
    value: 1 - 2 * l2 * rate,
    fromVelocity: -rate * momentum,
    ofGradient: -rate,
    toVelocity: 2 * l2,
    velocity: momentum,
  };
}

/** v ← μv + g; W ← W − α(g + μv), with g = G + 2λW. */
export function nesterovUpdate(rate: number, l2: number, momentum: number): LinearUpdate {
  return {
    value: 1 - 2 * l2 * rate * (1 + momentum),
    fromVelocity: -rate * momentum * momentum,
    ofGradient: -rate * (1 + momentum),
    toVelocity: 2 * l2,
    velocity: momentum,
  };
}
