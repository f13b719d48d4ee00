import { type Shape, sizeOf } from '@fluxion/tensor';
import type { OnnxNode } from './onnxNode.js';
import { Refusal, type Value } from './value.js';

/** The steps of an axis from one on to before another, which count from the end where they are negative. */
export function stepsOf(length: number, start: number, end: number, step: number): readonly number[] {
  if (!(Number.isInteger(step) && step !== 0))
    throw new Refusal(`expected steps of a whole number, got ${step}`);
  const within = (at: number, least: number, most: number): number =>
    Math.min(Math.max(at < 0 ? at + length : at, least), most);
  const isForward = step > 0;
  const from = isForward ? within(start, 0, length) : within(start, 0, length - 1);
  const to = isForward ? within(end, 0, length) : within(end, -1, length - 1);
  const count = Math.max(Math.ceil((to - from) / step), 0);
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/** Steps of an axis of a box, in their order: a slice, every second or third one, or a slice for each. */
export function takeSteps(node: OnnxNode, value: Value, axis: number, steps: readonly number[]): Value {
  const [first, second = 0] = steps;
  if (first === undefined) throw new Refusal('expected steps of an axis, got none');
  const part = (wanted: string, start: number, end: number): Value =>
    node.graph.map(wanted, { kind: 'slice', axis, start, end }, value);
  const apart = steps.length === 1 ? 1 : second - first;
  const isEven = apart > 0 && steps.every((step, i) => step === first + i * apart);
  if (isEven && apart === 1) return part(node.name, first, first + steps.length);
  if (isEven) return every(node, part(`${node.name}/part`, first, (steps.at(-1) as number) + 1), axis, apart);
  const parts = steps.map((step, i) => part(`${node.name}/${i}`, step, step + 1));
  const boxes = parts.map(({ box }) => box);
  return { ...value, ...node.graph.place(node.name, { kind: 'concat', axis }, boxes) };
}

/** Every second or third step of an axis: windows of a single place, whose mean it is. */
function every(node: OnnxNode, value: Value, axis: number, stride: number): Value {
  const [before, after] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
  const places: Shape = [sizeOf(before), value.shape[axis] as number, sizeOf(after)];
  const picture = node.graph.reshape(`${node.name}/picture`, value, places);
  const windows = { kind: 'averagePool2d', size: 1, stride: [1, stride] };
  const pooled = node.graph.place(`${node.name}/every`, windows, [picture]);
  const shape = [...before, pooled.shape[1] as number, ...after];
  return { ...value, shape, box: node.graph.reshape(node.name, { ...value, ...pooled }, shape) };
}
