import { type Gradient, type Shape, sizeOf } from '@fluxion/tensor';

/** Multiplications and additions in the time that one number takes on its way, about: 4 bytes at 1 GB/s, 5·10⁹ of them a second. */
const PRODUCTS_A_NUMBER = 20;

/** Rows of a gradient's factors, or rows that were touched. */
export function rowsOf(gradient: Gradient): number {
  if (gradient.form === 'factored') {
    return gradient.pairs.reduce((sum, { input }) => sum + (input.shape[0] as number), 0);
  }
  return gradient.form === 'rows' ? gradient.indices.size : 0;
}

/**
 * Whether a gradient [fanIn, fanOut] is cheaper to send as its factors or touched rows than written out. Written out, each number
 * of it comes and goes: 2·fanIn·fanOut. As factors, n rows of fanIn + fanOut numbers come from all ranks, and every rank
 * multiplies them all: n·fanIn·fanOut products. As touched rows, n of them come, with their places.
 *
 * @param total rows over all ranks
 */
export function isCheaperAsTerms(gradient: Gradient, shape: Shape, total: number): boolean {
  if (gradient.form === 'dense') return false;
  const size = sizeOf(shape);
  const width = size / (shape[0] as number);
  const sent =
    gradient.form === 'rows'
      ? total * (width + 1)
      : total * ((shape[0] as number) + width + size / PRODUCTS_A_NUMBER);
  return sent < 2 * size;
}
