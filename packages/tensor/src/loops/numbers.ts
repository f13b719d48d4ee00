import { ShapeError } from '../errors.js';
import { formatShape } from '../shape.js';
import { elements, isContiguous, type Labels, type Tensor } from '../tensor.js';

/**
 * The numbers of a tensor in row-major order, in its own memory.
 *
 * @throws {ShapeError} when the view has gaps.
 */
export function numbersOf<T extends Tensor | Labels>(where: string, view: T): T['data'] {
  if (!isContiguous(view)) {
    throw new ShapeError(
      `${where}: expected a contiguous tensor, got shape ${formatShape(view.shape)} with strides ${formatShape(view.stride)}; copy it into a tensor of its own`,
    );
  }
  return elements(view);
}
