import { expect } from 'vitest';
import type { Shape, Tensor } from '../src/index.js';

/** Numbers as they are written down: 5, [1, 2], [[1, 2], [3, 4]]. */
export type Nested = number | readonly Nested[];

/** A matrix by its rows, which stays on one line: rows([1, 2], [3, 4]). */
export function rows(...values: readonly Nested[]): Nested[] {
  return [...values];
}

/** The numbers of a tensor, written down. Negative zeros are written 0. */
export function nested(view: Tensor): Nested {
  if (view.dimension === 0) return view.get() + 0;
  return Array.from({ length: view.shape[0] as number }, (_, i) =>
    view.dimension === 1 ? view.get(i) + 0 : nested(view.pick(i, ...view.shape.slice(1).map(() => null))),
  );
}

/** Shape of numbers written down. */
export function shapeOf(values: Nested): Shape {
  return typeof values === 'number'
    ? []
    : [values.length, ...(values.length === 0 ? [] : shapeOf(values[0] as Nested))];
}

/** The numbers in row-major order. */
export function flat(values: Nested): number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flat);
}

/** Writes the numbers into a tensor of their shape, whatever its strides. */
export function write(view: Tensor, values: Nested): void {
  const at = (index: readonly number[], rest: Nested): void => {
    if (typeof rest === 'number') view.set(...index, rest);
    else rest.forEach((part, i) => at([...index, i], part));
  };
  at([], values);
}

/**
 * Expects a tensor to hold these numbers, each to within `tolerance` of the larger of 1 and the number. The message of
 * a failure shows the numbers that are out, and those that are not as they were expected.
 */
export function expectNear(actual: Tensor, expected: Nested, tolerance: number): void {
  expect(replaceNear(nested(actual), expected, tolerance)).toEqual(expected);
}

function replaceNear(actual: Nested, expected: Nested, tolerance: number): Nested {
  if (typeof actual === 'number' || typeof expected === 'number') {
    const near =
      Math.abs((actual as number) - (expected as number)) <=
      tolerance * Math.max(1, Math.abs(expected as number));
    return near ? expected : actual;
  }
  return actual.map((part, i) => replaceNear(part, expected[i] ?? Number.NaN, tolerance));
}
