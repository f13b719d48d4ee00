import { CheckpointError } from '@fluxion/tensor';
import type { GraphProto, NodeProto } from '../proto/onnx_pb.js';

/**
 * The nodes that the outputs need, each after those that it needs itself.
 *
 * @param known names that are there before: of inputs and initializers
 * @throws {CheckpointError} on a cycle, a value that two nodes make, or one that nobody makes.
 */
export function nodesInOrder(
  { node: nodes, output }: GraphProto,
  known: ReadonlySet<string>,
  file: string,
): readonly NodeProto[] {
  const makers = new Map<string, NodeProto>();
  for (const node of nodes) {
    for (const name of node.output) {
      if (name === '') continue;
      if (makers.has(name) || known.has(name)) {
        throw new CheckpointError(
          `${file}: expected each value to be made once, got '${name}' twice; export the model again`,
        );
      }
      makers.set(name, node);
    }
  }
  const order: NodeProto[] = [];
  const state = new Map<NodeProto, 'open' | 'done'>();
  const path: { readonly node: NodeProto; at: number }[] = [];
  const enter = (name: string, asker: string): void => {
    if (name === '' || known.has(name)) return;
    const node = makers.get(name);
    if (node === undefined) {
      throw new CheckpointError(
        `${file}: expected each value to be made, got none for '${name}' of ${asker}; export the model again`,
      );
    }
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      throw new CheckpointError(
        `${file}: expected no cycle, got one through '${name}'; export the model again`,
      );
    }
    state.set(node, 'open');
    path.push({ node, at: 0 });
  };
  for (const { name } of output) {
    enter(name, 'the outputs');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node, at } = top;
      if (at < node.input.length) {
        top.at++;
        enter(node.input[at] as string, `${node.opType} '${node.output[0]}'`);
        continue;
      }
      state.set(node, 'done');
      order.push(node);
      path.pop();
    }
  }
  return order;
}
