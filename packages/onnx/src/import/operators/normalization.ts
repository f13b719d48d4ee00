import type { Operators } from '../operator.js';
import { batchAxisOf, Refusal } from '../value.js';

export const normalization: Operators = {
  BatchNormalization(node) {
    if (node.int('training_mode', 0) !== 0) throw new Refusal('expected training_mode of 0, got 1');
    const description = {
      kind: 'batchNorm',
      epsilon: node.float('epsilon', 1e-5),
      // What ONNX calls momentum is the share that stays.
      momentum: Math.min(Math.max(1 - node.float('momentum', 0.9), 1e-6), 1),
    };
    const [gain, bias, mean, variance] = [1, 2, 3, 4].map((place) => node.constant(place).values);
    const value = node.graph.withLast(node.name, node.value(), 1);
    node.box(description, value, { gain, bias, mean, variance } as Record<string, Float64Array>);
  },

  InstanceNormalization(node) {
    const [gain, bias] = [node.constant(1).values, node.constant(2).values];
    const description = { kind: 'groupNorm', groups: gain.length, epsilon: node.float('epsilon', 1e-5) };
    node.box(description, node.graph.withLast(node.name, node.value(), 1), { gain, bias });
  },

  GroupNormalization(node) {
    const groups = node.int('num_groups', 1);
    const value = node.graph.withLast(node.name, node.value(), 1);
    const channels = value.shape.at(-1) as number;
    // Until opset 20 there is one number for each group.
    const [gain, bias] = [1, 2].map((place) => {
      const { values } = node.constant(place);
      return Float64Array.from(
        { length: channels },
        (_, i) => values[Math.floor((i * values.length) / channels)] as number,
      );
    }) as [Float64Array, Float64Array];
    node.box({ kind: 'groupNorm', groups, epsilon: node.float('epsilon', 1e-5) }, value, { gain, bias });
  },

  LayerNormalization(node) {
    const value = node.value();
    const rank = value.layout.length;
    const given = node.int('axis', -1);
    const axis = given < 0 ? given + rank : given;
    const description = { kind: 'layerNorm', epsilon: node.float('epsilon', 1e-5) };
    const gain = node.constant(1).values;
    const bias = node.optionalConstant(2)?.values ?? new Float32Array(gain.length);
    if (node.wants(1) || node.wants(2))
      throw new Refusal('expected its mean and deviation to be unused, got a node that reads them');
    if (axis === rank - 1) {
      return node.box(description, node.graph.withLast(node.name, value, axis), { gain, bias });
    }
    if (batchAxisOf(value) >= axis) throw new Refusal('expected an axis after that of the minibatch');
    const plain = node.graph.plain(node.name, value);
    const kept = plain.shape.slice(0, axis - 1);
    const flat = node.graph.reshape(`${node.name}/flat`, plain, [...kept, gain.length]);
    const { box, shape } = node.graph.place(`${node.name}/norm`, description, [flat], { gain, bias });
    node.set({ ...plain, box: node.graph.reshape(node.name, { ...plain, box, shape }, plain.shape) });
  },
};
