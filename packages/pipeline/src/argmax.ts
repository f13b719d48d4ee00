import { elements, type Tensor } from '@fluxion/tensor';

/** Index of the largest element of each row of [batch, classes]; the first one, where several are. */
export function argmax(rows: Tensor): Int32Array {
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
