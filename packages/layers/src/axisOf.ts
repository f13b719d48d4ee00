import { formatShape, OptionError, type Shape } from '@fluxion/tensor';

/**
 * The axis of an example that an option names; a negative one counts from the last.
 *
 * @throws {OptionError} when the shape does not have it.
 */
export function axisOf(axis: number, shape: Shape, where: string): number {
  const found = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(axis) && found >= 0 && found < shape.length) return found;
  throw new OptionError(
    `${where} axis: expected an axis of ${formatShape(shape)}, from ${-shape.length} to ${shape.length - 1}, got ${axis}; name one of these`,
  );
}
