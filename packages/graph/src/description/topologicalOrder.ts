import { OptionError } from '@fluxion/tensor';
import type { GraphDescription } from './graphDescription.js';

/**
 * Names of the boxes, children before parents: the order of fprop, whose reverse is the order of bprop. Depth-first
 * from the outputs, so a description always gives the same order.
 *
 * @throws {OptionError} on a cycle (which it spells out), on a child that is neither box nor input, on an output that
 *   is no box, on a name that a box and an input share, and on a box or input that no output needs.
 * @example
 * topologicalOrder({
 *   inputs: { x: [2] },
 *   boxes: { y: { kind: 'tanh', children: ['h'] }, h: { kind: 'relu', children: ['x'] } },
 *   outputs: ['y'],
 * }); // ['h', 'y']
 */
export function topologicalOrder({ inputs, boxes, outputs }: GraphDescription): readonly string[] {
  const names = [...Object.keys(inputs), ...Object.keys(boxes)];
  const order: string[] = [];
  const done = new Set(Object.keys(inputs));
  /** The boxes entered and not yet left, and how many children of each have been visited: no depth is too deep. */
  const path: { readonly name: string; readonly children: readonly string[]; visited: number }[] = [];
  const onPath = new Set<string>();

  function enter(name: string): void {
    if (done.has(name)) return;
    if (onPath.has(name)) {
      const entered = [...onPath];
      const cycle = [...entered.slice(entered.indexOf(name)), name].join(' → ');
      throw new OptionError(`graph: expected no cycle, got ${cycle}; a box must not depend on its own value`);
    }
    const box = Object.hasOwn(boxes, name) ? boxes[name] : undefined;
    if (box === undefined) {
      const asker = path.at(-1);
      throw new OptionError(
        `graph ${asker === undefined ? 'outputs' : `box '${asker.name}' children`}: expected names of boxes${asker === undefined ? '' : ' or inputs'}, got '${name}'; there are ${names.join(', ')}`,
      );
    }
    if (!Array.isArray(box.children)) {
      throw new OptionError(
        `graph box '${name}' children: expected names, got ${box.children}; put the box on its children by apply()`,
      );
    }
    path.push({ name, children: box.children, visited: 0 });
    onPath.add(name);
  }

  const shared = Object.keys(boxes).find((name) => Object.hasOwn(inputs, name));
  if (shared !== undefined) {
    throw new OptionError(
      `graph box '${shared}': expected a name of its own, an input has it too; rename one of them`,
    );
  }
  const input = outputs.find((output) => Object.hasOwn(inputs, output));
  if (outputs.length === 0 || input !== undefined) {
    throw new OptionError(
      `graph outputs: expected names of boxes, got ${input === undefined ? 'none' : `the input '${input}'`}; name at least one box`,
    );
  }
  for (const name of [...outputs, ...Object.keys(boxes)]) {
    enter(name);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      if (top.visited < top.children.length) {
        enter(top.children[top.visited++] as string);
      } else {
        path.pop();
        onPath.delete(top.name);
        done.add(top.name);
        order.push(top.name);
      }
    }
  }

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
