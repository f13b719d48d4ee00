import ops from 'ndarray-ops';
import type { Run, Sink } from '../kernels.js';
import { type Tensor, tensor } from '../tensor.js';

/** sink ← factor·source of one shape, whatever the strides. */
export function copy(source: Tensor, sink: Sink, factor = 1): Run {
  return intoSink(sink, (result) => () => ops.muls(result, source, factor));
}

/** sink ← a ⊙ b. */
export function multiply(a: Tensor, b: Tensor, sink: Sink): Run {
  return intoSink(sink, (result) => () => ops.mul(result, a, b));
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
