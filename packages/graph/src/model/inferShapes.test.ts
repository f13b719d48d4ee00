import { describe, expect, it } from 'vitest';
import { passDefinitions } from '../../test/passBoxes.js';
import { box } from '../../test/testBoxes.js';
import { inferShapes } from './inferShapes.js';

describe('inferShapes', () => {
  it('gives the boxes in the order of fprop, with the shapes of values, parameters and states', () => {
    const boxes = inferShapes(
      {
        inputs: { x: [3], words: { shape: [4], indices: 10, masked: true } },
        boxes: {
          top: box.add('centred', 'sum'),
          centred: { kind: 'centre', children: ['linear'] },
          linear: box.linear('x', 2),
          sum: { kind: 'sumSteps', children: ['table'] },
          table: { kind: 'table', children: ['words'] },
        },
        outputs: ['top'],
      },
      passDefinitions,
    );
    expect(boxes.map(({ name, shape, mask }) => [name, shape, mask])).toEqual([
      ['linear', [2], undefined],
      ['centred', [2], undefined],
      ['table', [4, 2], 'words'],
      ['sum', [2], undefined],
      ['top', [2], undefined],
    ]);
    const shapes = boxes.flatMap(({ name, parameters, states }) =>
      Object.entries({ ...parameters, ...states }).map(([short, { shape }]) => [`${name}.${short}`, shape]),
    );
    expect(shapes).toEqual([
      ['linear.weight', [3, 2]],
      ['centred.mean', [2]],
      ['table.weight', [10, 2]],
    ]);
  });

  it('refuses one box on the sequences of two inputs', () => {
    const input = { shape: [3], indices: 4, masked: true };
    const both = {
      inputs: { left: input, right: input },
      boxes: {
        a: { kind: 'table', children: ['left'] },
        b: { kind: 'table', children: ['right'] },
        top: { kind: 'keeper', children: ['a', 'b'] },
      },
      outputs: ['top'],
    };
    const keeper = { ...passDefinitions.add, mask: () => 'keeps' as const };
    expect(() => inferShapes(both, { ...passDefinitions, keeper } as typeof passDefinitions)).toThrow(
      "keeper 'top': expected children of one mask, got those of left, right; join sequences of the same input",
    );
  });
});
