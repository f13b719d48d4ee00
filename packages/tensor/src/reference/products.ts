import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';

/** sink ← factor·a·b: Σₖ a[i,k]·b[k,j], any strides, so that a transposed operand is a transposed view. */
export function matmul(a: Tensor, b: Tensor, sink: Sink, factor = 1): Run {
  const c = sink.tensor;
  const [m, inner] = a.shape as [number, number];
  const n = b.shape[1] as number;
  const [ai, ak] = a.stride as [number, number];
  const [bk, bj] = b.stride as [number, number];
  const [ci, cj] = c.stride as [number, number];
  return () => {
    for (let i = 0; i < m; i++) {
      const row = c.offset + i * ci;
      if (sink.beta === 0) for (let j = 0; j < n; j++) c.data[row + j * cj] = 0;
      for (let k = 0; k < inner; k++) {
        const left = factor * (a.data[a.offset + i * ai + k * ak] as number);
        const right = b.offset + k * bk;
        for (let j = 0; j < n; j++) {
          (c.data[row + j * cj] as number) += left * (b.data[right + j * bj] as number);
        }
      }
    }
  };
}

/** output ← input · weight + bias. */
export function affine(input: Tensor, weight: Tensor, bias: Tensor, output: Tensor): Run {
  const product = matmul(input, weight, { tensor: output, beta: 1 });
  const [rows, columns] = output.shape as [number, number];
  return () => {
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) output.set(i, j, bias.get(j) as number);
    product();
  };
}
