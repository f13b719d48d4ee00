import ops from 'ndarray-ops';
import type { Measure, Run, Sink } from '../kernels/run.js';
import { elements, type Tensor, tensor } from '../tensor.js';

/** sink ← factor·source of one shape, whatever the strides. */
export function copy(source: Tensor, sink: Sink, factor = 1): Run {
  return intoSink(sink, (result) => () => ops.muls(result, source, factor));
}

/** sink ← a ⊙ b. */
export function multiply(a: Tensor, b: Tensor, sink: Sink): Run {
  return intoSink(sink, (result) => () => ops.mul(result, a, b));
}

/** tensor ← factor·tensor. */
export function scale(tensor: Tensor): (factor: number) => void {
  return (factor) => ops.mulseq(tensor, factor);
}

/** (a, b) ← (p·a + q·b, r·a + s·b), of contiguous tensors. */
export function mix(a: Tensor, b: Tensor): (p: number, q: number, r: number, s: number) => void {
  const left = elements(a);
  const right = elements(b);
  return (p, q, r, s) => {
    for (let i = 0; i < left.length; i++) {
      const x = left[i] as number;
      const y = right[i] as number;
      left[i] = p * x + q * y;
      right[i] = r * x + s * y;
    }
  };
}

/** output ← factor·bytes, for elements start to end of a contiguous output. */
export function scaleBytes(
  bytes: Uint8Array,
  { data, offset }: Tensor,
  factor: number,
): (start: number, end: number) => void {
  return (start, end) => {
    for (let i = start; i < end; i++) data[offset + i] = (bytes[i] as number) * factor;
  };
}

/** sink ← Σ over the rows of the matrix. */
export function sumRows(matrix: Tensor, sink: Sink): Run {
  const [rows, columns] = matrix.shape as [number, number];
  const sums = sink.tensor;
  return () => {
    for (let j = 0; j < columns; j++) {
      let sum = sink.beta === 0 ? 0 : (sums.get(j) as number);
      for (let i = 0; i < rows; i++) sum += matrix.get(i, j) as number;
      sums.set(j, sum);
    }
  };
}

/** Σ tensor². */
export function sumSquares(tensor: Tensor): Measure {
  return () => ops.norm2squared(tensor);
}

/** Mean of the elements; NaN where there are none. */
export function mean(tensor: Tensor): Measure {
  return () => ops.sum(tensor) / tensor.size;
}

/**
 * Binds a kernel that overwrites its result to a sink: straight into the tensor when beta is 0, through a temporary
 * one that is then added when beta is 1.
 */
function intoSink(sink: Sink, bind: (result: Tensor) => Run): Run {
  if (sink.beta === 0) return bind(sink.tensor);
  const result = emptyLike(sink.tensor);
  const run = bind(result);
  return () => {
    run();
    ops.addeq(sink.tensor, result);
  };
}

/** A tensor of the same dtype and shape outside the arena: room for what a kernel works out on the way. */
export function emptyLike(like: Tensor): Tensor {
  return tensor(new (like.data.constructor as Float64ArrayConstructor)(like.size), like.shape);
}
