import { type Floats, type Shape, type Tensor, tensor } from '@fluxion/tensor';

/** Views on the first examples of `out`; that of a full minibatch is made once. */
export function lender(
  out: Floats,
  batchSize: number,
  { shape, width }: { readonly shape: Shape; readonly width: number },
): (size: number) => Tensor {
  const full = tensor(out, [batchSize, ...shape]);
  return (size) => (size === batchSize ? full : tensor(out.subarray(0, size * width), [size, ...shape]));
}
