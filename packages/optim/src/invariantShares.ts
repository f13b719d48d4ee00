/** How the share of an invariant step is had, by the kind of the loss. */
export type InvariantLoss = 'squaredError' | 'binaryCrossEntropy';

/**
 * The share of a step α g that is taken where it is made of infinitely many small ones, each by the slope at its own place. The
 * output p(t) of a linear unit then moves by dp/dt = −q·L′(p), from t = 0 to 1, and by −q·L′(p(0)) if the step is taken in one: the
 * share is the first over the second. It never takes an output beyond its target.
 *
 * ```text
 * squared error, L′ = p − y:          p(1) − y = (p(0) − y)·e^−q, and so the share is (1 − e^−q) / q
 * cross-entropy, L′ = σ(p) − y:       with the margin z = ±p, as y is 1 or 0, e^z(1) + z(1) = e^z(0) + z(0) + q
 * ```
 *
 * @see Karampatziakis, Langford, "Online importance weight aware updates", UAI 2011, table 1.
 */
export const invariantShares: Readonly<Record<InvariantLoss, (q: number, slope: number) => number>> = {
  squaredError: (q) => (q > 0 ? -Math.expm1(-q) / q : 1),
  binaryCrossEntropy(q, slope) {
    // The slope is σ(−z), against the target.
    const missing = Math.abs(slope);
    const z = Math.log1p(-missing) - Math.log(missing);
    // Beyond that the slope stays what it is.
    return q > 0 && Math.abs(z) < 700 ? marginGained(z, q) / (q * missing) : 1;
  },
};

/** u = z(1) − z(0), by Newton's method: e^z (e^u − 1) + u − q is convex and rises, so that from the right it comes down to the root. */
function marginGained(z: number, q: number): number {
  const rise = Math.exp(z);
  let u = Math.min(q, Math.log1p(q / rise));
  for (let i = 0; i < 50; i++) {
    const step = (rise * Math.expm1(u) + u - q) / (rise * Math.exp(u) + 1);
    u -= step;
    if (Math.abs(step) <= 1e-15 * u) break;
  }
  return u;
}
