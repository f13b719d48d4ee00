import { OptionError } from '@fluxion/tensor';
import type { GraphDescription } from './graphDescription.js';

/**
 * Names of the boxes, children before parents: the order of fprop, whose reverse is the order of bprop. Depth-first
 * from the outputs, so a description always gives the same order.
 *
 * @throws {OptionError} on a cycle (which it spells out), on a child that is neither box nor input, on an output that
 *   is no box, and on a box or input that no output needs.
 */
export function topologicalOrder({ inputs, boxes, outputs }: GraphDescription): readonly string[] {
  const names = [...Object.keys(inputs), ...Object.keys(boxes)];
  const order: string[] = [];
  const path: string[] = [];
  const done = new Set(Object.keys(inputs));

  function visit(name: string): void {
    if (done.has(name)) return;
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new OptionError(`graph: expected no cycle, got ${cycle}; a box must not depend on its own value`);
    }
    const box = Object.hasOwn(boxes, name) ? boxes[name] : undefined;
    if (box === undefined) {
      const asker = path.length === 0 ? 'outputs' : `box '${path.at(-1)}' children`;
      throw new OptionError(
        `graph ${asker}: expected names of boxes${path.length === 0 ? '' : ' or inputs'}, got '${name}'; there are ${names.join(', ')}`,
      );
    }
    path.push(name);
    for (const child of box.children) visit(child);
    path.pop();
    done.add(name);
    order.push(name);
  }

  const input = outputs.find((output) => Object.hasOwn(inputs, output));
  if (outputs.length === 0 || input !== undefined) {
    throw new OptionError(
      `graph outputs: expected names of boxes, got ${input ?? 'none'}; name at least one box`,
    );
  }
  for (const name of [...outputs, ...Object.keys(boxes)]) visit(name);

  const needed = new Set(outputs);
  for (const name of order.toReversed()) {
    if (needed.has(name)) for (const child of boxes[name]?.children ?? []) needed.add(child);
  }
  const dangling = names.find((name) => !needed.has(name));
  if (dangling !== undefined) {
    throw new OptionError(
      `graph: expected every input and box to reach an output, '${dangling}' does not; remove it`,
    );
  }
  return order;
}
