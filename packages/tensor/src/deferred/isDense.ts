/** So many numbers of an example are looked at: each step asks. */
const SAMPLE = 64;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Whether, as far as a sample of them tells, at least that share of the numbers is not zero. The places of the sample lie the golden
 * ratio of the length apart, so that they fall on all columns of a picture alike.
 *
 * @param sample how many are looked at
 */
export function isDense(values: ArrayLike<number>, minDensity: number, sample: number = SAMPLE): boolean {
  const { length } = values;
  const [count, step] = length <= sample ? [length, 1] : [sample, Math.floor(GOLDEN * length) | 1];
  const most = (1 - minDensity) * count;
  let zeros = 0;
  for (let i = 0, at = 0; i < count; i++) {
    if (values[at] === 0 && ++zeros > most) return false;
    // Enough are not zero, whatever the others are.
    if (zeros + count - i - 1 <= most) return true;
    at += step;
    if (at >= length) at -= length;
  }
  return true;
}
