/** Numbers of a matrix, or multiplications of a product, from which waking a second thread is worth it. */
const LARGE = 2 ** 16;

/** Whether work on so many rows is done in two halves of them, which two threads can share. */
export function isLarge(rows: number, columns: number): boolean {
  return rows >= 4 && rows * columns >= LARGE;
}

/**
 * Rows of a quarter: one half is the first and the third, so that each has about as much to do wherever a picture is
 * empty. Smaller blocks would part the zeros better, but where two cores' rows meet, each fetches some of the other's.
 */
export function quarterOf(rows: number): number {
  return Math.ceil(rows / 4);
}
