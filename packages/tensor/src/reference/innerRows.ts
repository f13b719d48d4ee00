import type { Tensor } from '../tensor.js';

/**
 * The tensor as a matrix view: a row an example, whatever the shape of one example. Answers views of every innermost
 * row in turn, so that kernels on rows take any shape and stride.
 */
export function innerRows(view: Tensor): Tensor[] {
  if (view.dimension <= 1) return [view];
  const rows: Tensor[] = [];
  for (let i = 0; i < (view.shape[0] as number); i++) {
    rows.push(...innerRows(view.pick(i, ...view.shape.slice(1).map(() => null))));
  }
  return rows;
}
