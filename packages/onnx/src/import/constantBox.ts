import { sizeOf, type Tensor } from '@fluxion/tensor';
import type { Constant } from '../read/constant.js';
import { constantOf, tensorOf } from './constants.js';
import type { OnnxNode } from './onnxNode.js';
import { Refusal, type Value } from './value.js';

/**
 * A constant that stands beside values, as the class token of a vision transformer: zeros of a value, and learned positions.
 * It learns, unless it is zeros, which are room and nothing to learn.
 *
 * @param beside a box of which the zeros are made
 * @param axes order of the constant's axes, that of the minibatch first
 * @returns the box
 * @throws {Refusal} when it differs from example to example.
 */
export function constantBox(
  { graph, name }: OnnxNode,
  beside: Value,
  given: Constant,
  axes: readonly number[],
): string {
  const all = constantOf(tensorOf(given).transpose(...axes) as Tensor);
  const [examples = 1, ...shape] = all.shape;
  const size = sizeOf(shape);
  const values = all.values.slice(0, size);
  if (!all.values.every((value, i) => value === values[i % size])) {
    throw new Refusal(`expected a constant that is the same for each of ${examples} examples, got others`);
  }
  graph.spend(size);
  const width = shape.at(-1) ?? 1;
  const length = sizeOf(beside.shape);
  const flat = graph.reshape(`${name}/flat`, beside, [length]);
  const times = Math.ceil(size / length);
  const enough =
    times === 1
      ? flat
      : graph.place(`${name}/repeat`, { kind: 'concat' }, new Array<string>(times).fill(flat)).box;
  const { box: part } = graph.place(`${name}/part`, { kind: 'slice', end: size }, [enough]);
  const { box: zeros } = graph.place(`${name}/zeros`, { kind: 'scale', factor: 0 }, [part]);
  const rows = graph.reshape(`${name}/rows`, { ...beside, box: zeros }, [size / width, width]);
  const isRoom = values.every((value) => value === 0);
  const { box } = graph.place(`${name}/constant`, { kind: 'learnedPositions', frozen: isRoom }, [rows], {
    weight: values,
  });
  return graph.reshape(`${name}/shaped`, { ...beside, box }, shape);
}
