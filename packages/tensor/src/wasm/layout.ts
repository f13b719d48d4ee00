import { OptionError, ShapeError } from '../errors.js';
import { formatShape, sizeOf } from '../shape.js';
import { isContiguous, type Labels, type Tensor } from '../tensor.js';

/** Bytes of a number. */
export const FLOAT = 4;

/** A matrix in the arena: a byte address, and strides in bytes. Along an axis of length 1 the stride is made the one that suits. */
export interface Matrix {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  readonly row: number;
  readonly column: number;
}

/** Rows of contiguous numbers, at any distance from each other. */
export interface Rows {
  readonly address: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes from one row to the next. */
  readonly row: number;
}

/** Where a view's first element lies. */
export function address(where: string, view: Tensor | Labels): number {
  const { data } = view;
  if (!(data instanceof Float32Array || data instanceof Int32Array)) {
    throw new OptionError(
      `${where}: expected float32 numbers, got float64; use an arena('float32') or kernels 'reference'`,
    );
  }
  if (!(data.buffer instanceof SharedArrayBuffer)) {
    throw new OptionError(
      `${where}: expected a tensor of the kernels' arena, got one outside; take it from arena.tensor`,
    );
  }
  return data.byteOffset + view.offset * FLOAT;
}

/** The address of a view without gaps. */
export function contiguous(where: string, view: Tensor | Labels): number {
  if (!isContiguous(view)) throw gaps(where, 'a contiguous tensor', view);
  return address(where, view);
}

/** A view of two axes, at any strides. */
export function matrix(where: string, view: Tensor): Matrix {
  if (view.dimension !== 2) {
    throw new ShapeError(`${where}: expected a matrix, got shape ${formatShape(view.shape)}; reshape it`);
  }
  const [rows, columns] = view.shape;
  const [row, column] = view.stride;
  return oriented(address(where, view), rows, columns, row * FLOAT, column * FLOAT);
}

export function transpose({ address, rows, columns, row, column }: Matrix): Matrix {
  return oriented(address, columns, rows, column, row);
}

function oriented(address: number, rows: number, columns: number, row: number, column: number): Matrix {
  return {
    address,
    rows,
    columns,
    row: rows === 1 ? columns * FLOAT : row,
    column: columns === 1 ? FLOAT : column,
  };
}

/** A view of any number of axes as the rows along its last one. */
export function rows(where: string, view: Tensor): Rows {
  const { shape, stride, dimension } = view;
  const columns = dimension === 0 ? 1 : shape[dimension - 1];
  const count = sizeOf(shape.slice(0, -1));
  if (columns > 1 && stride[dimension - 1] !== 1) throw gaps(where, 'contiguous rows', view);
  const leading = shape.slice(0, -1).flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const even = leading.slice(1).every((axis, i) => {
    return stride[leading[i]] === stride[axis] * shape[axis];
  });
  if (!even && view.size > 0) throw gaps(where, 'rows at equal distances', view);
  const last = leading.at(-1);
  const row = last === undefined ? columns : stride[last];
  return { address: address(where, view), rows: count, columns, row: row * FLOAT };
}

function gaps(where: string, expected: string, view: Tensor | Labels): ShapeError {
  return new ShapeError(
    `${where}: expected ${expected}, got shape ${formatShape(view.shape)} with strides ${formatShape(view.stride)}; copy it into a tensor of its own`,
  );
}

/** An address for each tensor. */
type Addresses<T> = { [K in keyof T]: number };

/**
 * Binds a kernel that walks tensors of one shape element by element: one call where they are all contiguous, a call per
 * row where some have gaps between their rows.
 */
export function strips<const T extends readonly Tensor[]>(
  where: string,
  tensors: T,
  bind: (length: number, ...addresses: Addresses<T>) => () => void,
): () => void {
  if (tensors.every((tensor) => isContiguous(tensor))) {
    return bind(tensors[0].size, ...(tensors.map((tensor) => address(where, tensor)) as Addresses<T>));
  }
  const views = tensors.map((tensor) => rows(where, tensor));
  const runs = Array.from({ length: views[0].rows }, (_, i) =>
    bind(views[0].columns, ...(views.map((view) => view.address + i * view.row) as Addresses<T>)),
  );
  return () => {
    for (const run of runs) run();
  };
}
