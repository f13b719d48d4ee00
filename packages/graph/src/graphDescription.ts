import type { BoxDescription } from './box.js';

/** A box in its place: the description and the names of its children, which are inputs or other boxes. */
export type PlacedBox = BoxDescription & { readonly children: readonly string[] };

/**
 * A whole flow graph as plain data. This is what is saved as JSON, drawn, exported and checked.
 *
 * @example
 * const description = {
 *   inputs: { image: [784] },
 *   boxes: {
 *     hidden: { kind: 'linear', units: 100, children: ['image'] },
 *     logits: { kind: 'linear', units: 10, children: ['hidden'] },
 *   },
 *   outputs: ['logits'],
 * };
 * const model = new FlowGraph(description, { definitions: boxes });
 */
export interface GraphDescription {
  /** Shape of one example of each input. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly boxes: Readonly<Record<string, PlacedBox>>;
  /** Names of the boxes whose values leave the graph, the main one first. */
  readonly outputs: readonly string[];
}
