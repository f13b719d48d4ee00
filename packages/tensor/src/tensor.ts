import ndarray, { type NdArray } from 'ndarray';
import { ShapeError } from './errors.js';
import { expectLengths, formatShape, type Shape, sizeOf } from './shape.js';

/** Precision of a model's numbers: float32 to train, float64 to check gradients. */
export type DType = 'float32' | 'float64';

/** The numbers behind a tensor. */
export type Floats = Float32Array | Float64Array;

/**
 * An n-dimensional view on numbers: the first axis counts the examples of a minibatch. Being an `ndarray`, it never
 * throws: `get` out of range answers `undefined` or another element. Public calls check shapes; loops do not.
 */
export type Tensor = NdArray<Floats>;

/** Indices: classes, one per example, [batch]; or of words, [batch, ...shape]. */
export type Labels = NdArray<Int32Array>;

/**
 * Row-major view of `data` in the given shape, without a copy.
 *
 * @throws {ShapeError} when the shape does not hold as many elements as `data`.
 * @example
 * tensor([[1, 2], [3, 4]].flat(), [2, 2]).get(1, 0); // 3
 */
export function tensor(
  data: Floats | readonly number[],
  shape: Shape = lengthOf('tensor data', data),
): Tensor {
  expectList('tensor', shape);
  if (sizeOf(shape) !== data.length) {
    throw new ShapeError(
      `tensor data: expected ${sizeOf(shape)} elements for shape ${formatShape(shape)}, got ${data.length}; give a shape whose lengths multiply to ${data.length}`,
    );
  }
  return ndarray(ArrayBuffer.isView(data) ? data : Float64Array.from(data), [...shape]);
}

/**
 * Indices as a tensor: class indices [batch], unless a shape is given.
 *
 * @throws {ShapeError} when the shape does not hold as many.
 */
export function labels(
  indices: Int32Array | readonly number[],
  shape: Shape = lengthOf('labels', indices),
): Labels {
  expectList('labels', shape);
  if (sizeOf(shape) !== indices.length) {
    throw new ShapeError(
      `labels: expected ${sizeOf(shape)} indices for shape ${formatShape(shape)}, got ${indices.length}; give a shape whose lengths multiply to ${indices.length}`,
    );
  }
  return ndarray(indices instanceof Int32Array ? indices : Int32Array.from(indices), [...shape]);
}

/** @throws {ShapeError} when it is no list of lengths. */
function expectList(where: string, shape: Shape): void {
  if (!Array.isArray(shape)) expectLengths(`${where} shape`, shape);
}

/** @throws {ShapeError} when it is no list of numbers. */
function lengthOf(where: string, list: ArrayLike<number>): Shape {
  if (Array.isArray(list) || ArrayBuffer.isView(list)) return [list.length];
  throw new ShapeError(`${where}: expected a list of numbers, got ${typeof list}; give one, as [0, 2]`);
}

/** Whether the elements lie in row-major order without gaps, so that a kernel can walk them by one pointer. */
export function isContiguous(view: { shape: number[]; stride: number[] }): boolean {
  if (view.shape.includes(0)) return true;
  let expected = 1;
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    if ((view.shape[axis] as number) > 1 && view.stride[axis] !== expected) return false;
    expected *= view.shape[axis] as number;
  }
  return true;
}

/**
 * The elements in row-major order: a view on the tensor's own memory where it is contiguous, a copy where it is not.
 */
export function elements<T extends Tensor | Labels>(view: T): T['data'] {
  const { data, offset } = view;
  const size = sizeOf(view.shape);
  if (isContiguous(view)) return size === data.length ? data : data.subarray(offset, offset + size);
  const out = new (data.constructor as Float64ArrayConstructor)(size);
  const index = view.shape.map(() => 0);
  for (let i = 0; i < size; i++) {
    out[i] = view.get(...index);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (view.shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * The same memory in another shape, without a copy.
 *
 * @throws {ShapeError} when the view has gaps or the shape another number of elements.
 */
export function reshape(view: Tensor, shape: Shape): Tensor;
export function reshape(view: Labels, shape: Shape): Labels;
export function reshape(view: Tensor | Labels, shape: Shape): Tensor | Labels {
  if (!isContiguous(view) || sizeOf(shape) !== view.size) {
    throw new ShapeError(
      `reshape: expected a contiguous tensor of ${sizeOf(shape)} elements for ${formatShape(shape)}, got ${formatShape(view.shape)} with strides ${formatShape(view.stride)}; copy it or give another shape`,
    );
  }
  return ndarray(view.data as Floats, [...shape], undefined, view.offset);
}
