import { elements, OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { apply } from '../apply.js';
import { graph } from '../graph.js';
import { concat } from './concat.js';
import { split } from './split.js';

describe('split', () => {
  it('cuts a child into parts, one after the other, that concat puts together again', () => {
    const model = graph({
      inputs: { both: [2, 5] },
      boxes: { ...split('both', { left: 2, right: 3 }), again: apply(concat(), 'left', 'right') },
      outputs: ['again', 'left'],
    });
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const tape = model.fprop({ both: tensor(numbers, [1, 2, 5]) });
    expect([...elements(tape.value('left'))]).toEqual([1, 2, 6, 7]);
    expect([...elements(tape.value('right'))]).toEqual([3, 4, 5, 8, 9, 10]);
    expect([...elements(tape.output)]).toEqual(numbers);
    tape.release();
  });

  it('cuts another axis where it is told to', () => {
    expect(split('x', { a: 1, b: 2 }, { axis: 0 })).toEqual({
      a: { kind: 'slice', axis: 0, start: 0, end: 1, children: ['x'] },
      b: { kind: 'slice', axis: 0, start: 1, end: 3, children: ['x'] },
    });
  });

  it('refuses a length that is none, and parts that are longer than the axis', () => {
    expect(() => split('x', { a: 0 })).toThrow(
      new OptionError('split a: expected a whole number from 1, got 0; give such a length'),
    );
    const tooLong = { inputs: { x: [3] }, boxes: split('x', { a: 2, b: 2 }), outputs: ['a', 'b'] };
    expect(() => graph(tooLong)).toThrow(
      new OptionError("slice 'b': expected start before end within 3 steps, got 2 and 4; give such steps"),
    );
  });
});
