import type { DeferredUpdates } from './deferredUpdates.js';
import type { WeightBinding } from './weightBinding.js';

/** What is bound to a weight and its velocity; bound again when the velocity changes. */
export function perBinding<T>(updates: DeferredUpdates, bind: (binding: WeightBinding) => T): () => T {
  let last: { readonly binding: WeightBinding; readonly made: T } | undefined;
  return () => {
    const { binding } = updates;
    if (last?.binding !== binding) last = { binding, made: bind(binding) };
    return last.made;
  };
}
