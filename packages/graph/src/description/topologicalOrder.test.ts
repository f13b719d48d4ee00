import { OptionError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphDescription } from './graphDescription.js';
import { topologicalOrder } from './topologicalOrder.js';

/** A description by the children of each box; `x` is the input. */
function graph(
  children: Readonly<Record<string, readonly string[]>>,
  outputs: readonly string[],
  inputs: readonly string[] = ['x'],
): GraphDescription {
  return {
    inputs: Object.fromEntries(inputs.map((name) => [name, [1]])),
    boxes: Object.fromEntries(
      Object.entries(children).map(([name, names]) => [name, { kind: 'any', children: names }]),
    ),
    outputs,
  };
}

/** `a0` on the input, each of the others on the one before, written down from the last to the first. */
function deepChain(length: number): Record<string, string[]> {
  return Object.fromEntries(
    Array.from({ length }, (_, i) => length - 1 - i).map((i) => [`a${i}`, [i === 0 ? 'x' : `a${i - 1}`]]),
  );
}

/** Any acyclic graph: box i has children among the boxes before it and the input; all that nobody uses are outputs. */
const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        fc.array(fc.integer({ min: -1, max: i - 1 }), { minLength: 1, maxLength: 3 }),
      ),
    ),
  )
  .map((children) => {
    const nameOf = (i: number): string => (i < 0 ? 'x' : `box${i}`);
    const boxes = Object.fromEntries(children.map((below, i) => [nameOf(i), below.map(nameOf)]));
    const used = new Set(children.flat());
    return {
      boxes,
      outputs: children
        .map((_, i) => i)
        .filter((i) => !used.has(i))
        .map(nameOf),
    };
  });

describe('topologicalOrder', () => {
  it('puts children before their parents, whatever the order of the description', () => {
    const order = topologicalOrder(graph({ loss: ['logits'], logits: ['hidden'], hidden: ['x'] }, ['loss']));
    expect(order).toEqual(['hidden', 'logits', 'loss']);
  });

  it('goes depth first from the outputs, children in turn', () => {
    const children = { top: ['right', 'left'], left: ['x'], right: ['below'], below: ['x'] };
    expect(topologicalOrder(graph(children, ['top']))).toEqual(['below', 'right', 'left', 'top']);
  });

  it('takes the outputs in turn', () => {
    const children = { a: ['x'], b: ['x'] };
    expect(topologicalOrder(graph(children, ['b', 'a']))).toEqual(['b', 'a']);
  });

  it('names a shared box once', () => {
    const children = { top: ['left', 'right'], left: ['shared'], right: ['shared'], shared: ['x'] };
    expect(topologicalOrder(graph(children, ['top', 'shared']))).toEqual(['shared', 'left', 'right', 'top']);
  });

  it('names every box of any acyclic graph once, after its children', () => {
    fc.assert(
      fc.property(graphs, ({ boxes, outputs }) => {
        const order = topologicalOrder(graph(boxes, outputs));
        expect([...order].sort()).toEqual(Object.keys(boxes).sort());
        const place = new Map(order.map((name, i) => [name, i]));
        for (const [name, children] of Object.entries(boxes)) {
          for (const child of children) {
            expect(place.get(child) ?? -1).toBeLessThan(place.get(name) as number);
          }
        }
      }),
    );
  });

  it('does not depend on the order in which the boxes are written down', () => {
    const shuffled = graphs.chain(({ boxes, outputs }) =>
      fc.record({
        boxes: fc.constant(boxes),
        outputs: fc.constant(outputs),
        entries: fc.shuffledSubarray(Object.entries(boxes), { minLength: Object.keys(boxes).length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ boxes, outputs, entries }) => {
        expect(topologicalOrder(graph(Object.fromEntries(entries), outputs))).toEqual(
          topologicalOrder(graph(boxes, outputs)),
        );
      }),
    );
  });

  it('orders a chain of 30,000 boxes', () => {
    const order = topologicalOrder(graph(deepChain(30_000), ['a29999']));
    expect(order).toHaveLength(30_000);
    expect(order[0]).toBe('a0');
    expect(order.at(-1)).toBe('a29999');
  });

  it('orders boxes that are called as what every object has', () => {
    const children = { ['__proto__']: ['x'], constructor: ['__proto__'], toString: ['constructor'] };
    expect(topologicalOrder(graph(children, ['toString']))).toEqual(['__proto__', 'constructor', 'toString']);
    expect(topologicalOrder(graph({ a: ['__proto__'] }, ['a'], ['__proto__']))).toEqual(['a']);
  });
});

describe('topologicalOrder refuses', () => {
  function expectRefusal(description: GraphDescription, message: string): void {
    expect(() => topologicalOrder(description)).toThrow(new OptionError(message));
  }

  it('a cycle, and spells it out from parent to child', () => {
    expectRefusal(
      graph({ a: ['b'], b: ['c', 'x'], c: ['a'] }, ['a']),
      'graph: expected no cycle, got a → b → c → a; a box must not depend on its own value',
    );
  });

  it('a cycle below the output, without what leads to it', () => {
    expectRefusal(
      graph({ top: ['left', 'a'], left: ['x'], a: ['b'], b: ['a'] }, ['top']),
      'graph: expected no cycle, got a → b → a; a box must not depend on its own value',
    );
  });

  it('a cycle that no output needs', () => {
    expectRefusal(
      graph({ top: ['x'], a: ['b'], b: ['a'] }, ['top']),
      'graph: expected no cycle, got a → b → a; a box must not depend on its own value',
    );
  });

  it('a box that is its own child', () => {
    expectRefusal(
      graph({ a: ['x', 'a'] }, ['a']),
      'graph: expected no cycle, got a → a; a box must not depend on its own value',
    );
  });

  it('a cycle of 10,000 boxes', () => {
    const cycle = { ...deepChain(10_000), a0: ['a9999', 'x'] };
    expect(() => topologicalOrder(graph(cycle, ['a9999']))).toThrow(
      /^graph: expected no cycle, got a9999 → a9998 → .* → a0 → a9999; a box must not/,
    );
  });

  it('a child that is neither box nor input', () => {
    expectRefusal(
      graph({ top: ['hiden'], hidden: ['x'] }, ['top']),
      "graph box 'top' children: expected names of boxes or inputs, got 'hiden'; there are x, top, hidden",
    );
  });

  it('a child that only every object has', () => {
    expectRefusal(
      graph({ top: ['constructor'] }, ['top']),
      "graph box 'top' children: expected names of boxes or inputs, got 'constructor'; there are x, top",
    );
  });

  it('an output that is no box', () => {
    expectRefusal(
      graph({ top: ['x'] }, ['logits']),
      "graph outputs: expected names of boxes, got 'logits'; there are x, top",
    );
  });

  it('an output that is an input', () => {
    expectRefusal(
      graph({ top: ['x'] }, ['top', 'x']),
      "graph outputs: expected names of boxes, got the input 'x'; name at least one box",
    );
  });

  it('a graph without outputs', () => {
    expectRefusal(
      graph({ top: ['x'] }, []),
      'graph outputs: expected names of boxes, got none; name at least one box',
    );
  });

  it('a name that a box and an input share', () => {
    expectRefusal(
      graph({ x: ['x'], top: ['x'] }, ['top']),
      "graph box 'x': expected a name of its own, an input has it too; rename one of them",
    );
    expectRefusal(
      graph({ x: ['y'] }, ['x'], ['x', 'y']),
      "graph box 'x': expected a name of its own, an input has it too; rename one of them",
    );
  });

  it('a box that reaches no output', () => {
    expectRefusal(
      graph({ top: ['x'], aside: ['x'] }, ['top']),
      "graph: expected every input and box to reach an output, 'aside' does not; remove it",
    );
  });

  it('an input that reaches no output, whatever it is called', () => {
    expectRefusal(
      graph({ top: ['x'] }, ['top'], ['x', 'y']),
      "graph: expected every input and box to reach an output, 'y' does not; remove it",
    );
    expectRefusal(
      graph({ top: ['x'] }, ['top'], ['x', 'constructor']),
      "graph: expected every input and box to reach an output, 'constructor' does not; remove it",
    );
  });
});
