import type { PlacedBox } from '@fluxion/graph';
import { expectObject, OptionError } from '@fluxion/tensor';
import { apply } from '../apply.js';
import { type Slice, slice } from './slice.js';

/** Options of split. */
export interface SplitOptions {
  /** An axis of an example, the first being 0; a negative one counts from the last. Default −1. */
  readonly axis?: number;
}

/**
 * A child cut into parts along an axis: a slice box of each name and length, one after the other, to be spread into the boxes of
 * a graph.
 *
 * @param child name of an input or a box
 * @param parts length of each part, by the name that its box gets
 * @throws {OptionError} when a length is no whole number from 1; by the graph, when they are longer together than the axis.
 * @example
 * graph({
 *   inputs: { both: [10] },
 *   boxes: { ...split('both', { left: 4, right: 6 }), deeper: apply(linear(6), 'left'), sum: apply(add(), 'deeper', 'right') },
 *   outputs: ['sum'],
 * });
 */
export function split<Name extends string>(
  child: string,
  parts: Readonly<Record<Name, number>>,
  { axis = -1 }: SplitOptions = {},
): Readonly<Record<Name, Slice & PlacedBox>> {
  expectObject('split parts', parts, 'lengths by name', [], 'give them, as { first: 8, second: 8 }');
  let start = 0;
  const boxes = Object.entries<number>(parts).map(([name, length]) => {
    if (!(Number.isSafeInteger(length) && length >= 1)) {
      throw new OptionError(
        `split ${name}: expected a whole number from 1, got ${length}; give such a length`,
      );
    }
    const end = start + length;
    const box = apply(slice({ axis, start, end }), child);
    start = end;
    return [name, box];
  });
  return Object.fromEntries(boxes);
}
