/** ∂f/∂x of a plain function of a row, by central differences in float64. */
export function numericGradient(f: (row: readonly number[]) => number, row: readonly number[]): number[] {
  const epsilon = 1e-6;
  return row.map((_, j) => {
    const shifted = (by: number): number => f(row.map((value, k) => (k === j ? value + by : value)));
    return (shifted(epsilon) - shifted(-epsilon)) / (2 * epsilon);
  });
}

/** How near it comes to the true gradient, of ordinary functions of ordinary numbers. */
export const DIFFERENCE = 1e-8;
