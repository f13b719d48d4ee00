import type { BoundWeight } from './boundWeight.js';
import type { DeferredUpdates } from './deferredUpdates.js';

/** What is bound to a weight and its velocity, anew when the updates go on with another velocity. */
export function perBound<T>(updates: DeferredUpdates, bind: (bound: BoundWeight) => T): () => T {
  let last: { readonly bound: BoundWeight; readonly made: T } | undefined;
  return () => {
    const { bound } = updates;
    if (last?.bound !== bound) last = { bound, made: bind(bound) };
    return last.made;
  };
}
