import type { BoxDescription, PlacedBox } from '@fluxion/graph';

/** A box put on its children, which are named: inputs or other boxes. */
export function apply<D extends BoxDescription>(box: D, ...children: readonly string[]): D & PlacedBox {
  return { ...box, children };
}
