import type { Run, Sink } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';
import { corrections } from './corrections.js';
import type { DeferredUpdates } from './deferredUpdates.js';
import { perBinding } from './perBinding.js';

/** Binds sink ← dOutput·W_tᵀ for one example. */
export function deferredTimesTransposed(updates: DeferredUpdates, dOutput: Tensor, sink: Sink): Run {
  const { kernels, pairs, terms, weight } = updates;
  const scaled = kernels.arena.tensor(dOutput.shape);
  const copy = kernels.copy(dOutput, { tensor: scaled, beta: 0 });
  const scale = kernels.scale(scaled);
  const product = kernels.matmul(dOutput, weight.transpose(1, 0), sink);
  const scaledProduct = kernels.matmul(scaled, weight.transpose(1, 0), sink);
  const correct = corrections(kernels, pairs, dOutput, pairs.outputs, pairs.inputs, sink.tensor);
  const addVelocity = perBinding(
    updates,
    ({ velocity }) => velocity && kernels.matmul(scaled, velocity.transpose(1, 0), { ...sink, beta: 1 }),
  );
  return () => {
    const p = terms.value[0] as number;
    const q = terms.value[1] as number;
    if (p === 1) product();
    else {
      copy();
      scale(p);
      scaledProduct();
    }
    if (terms.count === 0) return;
    if (q !== 0) {
      copy();
      scale(q);
      addVelocity()?.();
    }
    correct(terms.count)();
  };
}
