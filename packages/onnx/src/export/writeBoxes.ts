import type { FlowGraph } from '@fluxion/graph';
import { OptionError } from '@fluxion/tensor';
import type { OnnxGraph } from '../write/onnxGraph.js';
import { boxOperators } from './boxOperators.js';
import { BoxWriter } from './boxWriter.js';
import type { WrittenInputs } from './modelInputs.js';

/**
 * Writes the boxes of a model in the order of fprop.
 *
 * @param outputs names that have been taken for the values of outputs
 * @returns by box, the name of its value: its own, unless that was taken
 */
export function writeBoxes(
  graph: OnnxGraph,
  model: FlowGraph,
  { values, masks }: Pick<WrittenInputs, 'values' | 'masks'>,
  outputs: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const known = new Map(values);
  const carried = new Map<string, string | undefined>(masks);
  for (const box of model.boxes) {
    const { children, kind } = box.description;
    const inputs = children.map((child) => known.get(child) as string);
    const own = children.map((child) => carried.get(child));
    const written = boxOperators[kind]?.(new BoxWriter(graph, model, box, inputs, own)) as string;
    const name = outputs.get(box.name) ?? graph.name(box.name);
    graph.rename(written, name);
    known.set(box.name, name);
    carried.set(box.name, box.mask === undefined ? undefined : masks.get(box.mask));
  }
  return known;
}

/** @throws {OptionError} naming all boxes that ONNX has no operators for. */
export function expectOperators({ boxes }: FlowGraph): void {
  const without = boxes.filter(({ description: { kind } }) => !Object.hasOwn(boxOperators, kind));
  if (without.length === 0) return;
  const names = without.map(({ name, description }) => `${description.kind} '${name}'`).join(', ');
  throw new OptionError(
    `exportOnnx model: expected boxes of ${Object.keys(boxOperators).join(', ')}, got ${names}; replace these, or export the part below them`,
  );
}
