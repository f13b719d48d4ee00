import { ShapeError } from './errors.js';

/** Lengths of the axes. The shape of one example leaves the batch axis out; a tensor's own shape starts with it. */
export type Shape = readonly number[];

/** Number of elements: the product of the axes' lengths, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** `[32, 784]`, as error messages write it; a name stands for a length that may be any. */
export function formatShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`;
}

/**
 * Refuses axes of a negative or broken length.
 *
 * @throws {ShapeError} `where: expected lengths that are whole numbers from 0, got [2, NaN]; give such lengths`
 */
export function expectLengths(where: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(
      `${where}: expected a list of lengths, got ${JSON.stringify(shape)}; give one, as [28, 28]`,
    );
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new ShapeError(
      `${where}: expected lengths that are whole numbers from 0, got ${formatShape(shape)}; give such lengths`,
    );
  }
}

/** Whether both shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/**
 * Refuses a shape other than the one expected. A name in place of a length, as 'batch', accepts any length.
 *
 * @param where the call and its argument, as `linear.fprop input`
 * @param fix what the caller can do about it, as `put flatten() before linear()`
 * @throws {ShapeError} `where: expected shape [batch, 784], got [1, 28, 28]; fix`
 */
export function expectShape(
  where: string,
  expected: readonly (number | string)[],
  actual: Shape,
  fix: string,
): void {
  const fits =
    expected.length === actual.length &&
    expected.every((length, axis) => typeof length === 'string' || length === actual[axis]);
  if (!fits) {
    throw new ShapeError(
      `${where}: expected shape ${formatShape(expected)}, got ${formatShape(actual)}; ${fix}`,
    );
  }
}

/** Index along each axis of the element at that place in row-major order. */
export function indexAt(flat: number, shape: Shape): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const length of shape.toReversed()) {
    index.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return index;
}
