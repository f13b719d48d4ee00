import { elements, type Tensor, tensor } from '@fluxion/tensor';
import { type Constant, constant } from '../read/constant.js';
import { Refusal } from './value.js';

/** A constant as a tensor. */
export function tensorOf({ values, shape }: Constant): Tensor {
  return tensor(values, shape);
}

/** A view as a constant. */
export function constantOf(view: Tensor, isWhole = false): Constant {
  return constant(elements(view), [...view.shape], isWhole);
}

/**
 * A constant matrix, or its transpose.
 *
 * @throws {Refusal} when it is not a matrix.
 */
export function matrix(given: Constant, isTransposed = false): Constant {
  if (given.shape.length !== 2) throw new Refusal(`expected a matrix of constants, got [${given.shape}]`);
  return isTransposed ? constantOf(tensorOf(given).transpose(1, 0) as Tensor) : given;
}

/** The one number of a constant, however often it comes; undefined where there are several. */
export function uniform({ values }: Constant): number | undefined {
  const [first] = values;
  return values.every((value) => Object.is(value, first)) ? first : undefined;
}

/**
 * A whole number of a constant.
 *
 * @throws {Refusal} when there is not one number.
 */
export function single(given: Constant): number {
  const value = uniform(given);
  if (value === undefined) throw new Refusal(`expected one number, got [${given.shape}]`);
  return value;
}
