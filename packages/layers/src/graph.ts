import { type BoxDefinitions, FlowGraph, type FlowGraphOptions, type GraphDescription } from '@fluxion/graph';
import { boxes } from './boxes.js';
import { decompose } from './composition/compositions.js';

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
  const { definitions = {} } = options ?? {};
  const whole = decompose(description, Object.keys(definitions));
  return new FlowGraph(whole, { ...options, definitions: { ...boxes, ...definitions } });
}
