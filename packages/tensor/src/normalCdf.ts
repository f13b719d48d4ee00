const INVERSE_ROOT_TWO_PI = 0.3989422804014327;

/**
 * Φ(x) = ½(1 + erf(x / √2)), the distribution function of the normal distribution, to about 1e-16.
 *
 * Near 0 it is ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …), farther out φ(x) / (x + 1/(x + 2/(x + …))).
 *
 * @see Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11(4), 2004.
 */
export function normalCdf(x: number): number {
  const s = Math.abs(x);
  const density = INVERSE_ROOT_TWO_PI * Math.exp(-0.5 * x * x);
  if (s > 38) return x < 0 ? 0 : 1;
  if (s < 3) {
    let sum = 0;
    let term = x;
    for (let k = 3; sum + term !== sum; k += 2) {
      sum += term;
      term *= (x * x) / k;
    }
    return 0.5 + density * sum;
  }
  let fraction = s;
  for (let k = 100; k > 0; k--) fraction = s + k / fraction;
  const tail = density / fraction;
  return x < 0 ? tail : 1 - tail;
}
