/** Place of the last of some rising numbers that is at most `value`; −1 where the first is greater. */
export function lastAtMost(numbers: ArrayLike<number>, value: number): number {
  let low = -1;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((numbers[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
