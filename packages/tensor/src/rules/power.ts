/**
 * baseⁿ for a whole n from 0, by squaring. `**` is not the same to the last bit in every version of V8; multiplication
 * is.
 */
export function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
