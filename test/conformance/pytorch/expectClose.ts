import { expect } from 'vitest';

/** Expects numbers to be those of PyTorch, but for `tolerance` times the largest of them. */
export function expectClose(
  actual: Iterable<number>,
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  const numbers = [...actual];
  const largest = Math.max(...expected.map(Math.abs));
  expect(numbers.length, what).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((numbers[i] as number) - value), what).toBeLessThanOrEqual(tolerance * largest);
  }
}
