import type { OnnxNode } from '../onnxNode.js';
import type { Operator, Operators } from '../operator.js';
import { axisIn, Refusal, UNIT } from '../value.js';

export const reduction: Operators = {
  ReduceSum: reduce('sumAxis'),
  ReduceMean: reduce('meanAxis'),
  ReduceMax: reduce('maxAxis'),
};

function reduce(kind: string): Operator {
  return (node: OnnxNode) => {
    const value = node.value();
    const rank = value.layout.length;
    const given = node.list('axes', 1) ?? [];
    if (given.length === 0 && node.int('noop_with_empty_axes', 0) !== 0) {
      node.set(value);
      return;
    }
    if (given.length === 0) throw new Refusal('expected axes of one example, got all, the minibatch too');
    const axes = given.map((axis) => axisIn(axis, rank));
    const places = axes.map((axis) => value.layout[axis] as number);
    if (places.includes(0)) throw new Refusal('expected axes of one example, got that of the minibatch');
    let reduced = value;
    for (const place of places.filter((place) => place !== UNIT).toSorted((a, b) => b - a)) {
      const description = { kind, axis: place - 1 };
      const placed = node.graph.map(node.name, description, reduced);
      const layout = placed.layout.map((at) => (at === place ? UNIT : at > place ? at - 1 : at));
      reduced = { ...placed, layout };
    }
    const isKept = node.int('keepdims', 1) !== 0;
    const layout = reduced.layout.filter((_, axis) => isKept || !axes.includes(axis));
    node.set({ ...reduced, layout });
  };
}
