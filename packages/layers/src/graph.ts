import {
  type BoxDefinitions,
  type BoxDescription,
  FlowGraph,
  type FlowGraphOptions,
  type GraphDescription,
  type PlacedBox,
} from '@fluxion/graph';
import { boxes } from './boxes.js';

/** How a description becomes a model; `definitions` adds kinds of your own to the registry. */
export type GraphOptions = Omit<FlowGraphOptions, 'definitions'> & { readonly definitions?: BoxDefinitions };

/**
 * A flow graph of any acyclic shape: several inputs, several outputs, shared boxes, skip connections.
 *
 * @throws {OptionError} on a cycle, a dangling name, an unknown kind; {ShapeError} when a box does not fit its children.
 * @example
 * const model = graph({
 *   inputs: { image: [784], age: [1] },
 *   boxes: {
 *     hidden: apply(linear(50), 'image'),
 *     active: apply(tanh(), 'hidden'),
 *     joined: apply(concat(), 'active', 'age'),
 *     logits: apply(linear(3), 'joined'),
 *   },
 *   outputs: ['logits'],
 * });
 */
export function graph(description: GraphDescription, options: GraphOptions = {}): FlowGraph {
  return new FlowGraph(description, { ...options, definitions: { ...boxes, ...options.definitions } });
}

/** A box put on its children, which are named: inputs or other boxes. */
export function apply<D extends BoxDescription>(box: D, ...children: readonly string[]): D & PlacedBox {
  return { ...box, children };
}
