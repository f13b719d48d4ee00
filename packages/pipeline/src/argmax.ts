import { elements, expectShape, type Tensor } from '@fluxion/tensor';

/**
 * Index of the largest element of each row of [batch, classes]; the first one, where several are.
 *
 * @throws {ShapeError} when the rows are none of vectors.
 * @example
 * argmax(tensor([0.1, 0.7, 0.2, 0.5, 0.5, 0], [2, 3])); // Int32Array [1, 0]
 */
export function argmax(rows: Tensor): Int32Array {
  expectShape('argmax rows', ['batch', 'classes'], rows.shape, 'give a matrix, a row for each example');
  const [batch, classes] = rows.shape as [number, number];
  const values = elements(rows);
  return Int32Array.from({ length: batch }, (_, i) => {
    let best = 0;
    for (let j = 1; j < classes; j++) {
      if ((values[i * classes + j] as number) > (values[i * classes + best] as number)) best = j;
    }
    return best;
  });
}
