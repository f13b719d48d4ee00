import { elements, expectShape, type Labels, OptionError, ShapeError, type Tensor } from '@fluxion/tensor';

/** A tensor of a tape that callers fill. */
export interface Cell {
  readonly name: string;
  readonly tensor: Tensor | Labels;
  /** What it is to the caller, for errors: `fprop input`. */
  readonly where: string;
}

/** Tensors by name, as callers give them. */
export type Given = Readonly<Record<string, Tensor | Labels>>;

/**
 * The tensor meant for a cell: the one of its name, or the only one there is where there is one cell.
 *
 * @throws {OptionError} when there is none.
 */
export function given(tensors: Given, cell: Cell, cells: readonly Cell[]): Tensor | Labels {
  const named = tensors[cell.name];
  if (named !== undefined) return named;
  if (cells.length === 1) for (const name in tensors) return tensors[name] as Tensor | Labels;
  throw new OptionError(
    `${cell.where} '${cell.name}': expected a tensor for each of ${cells.map(({ name }) => name).join(', ')}, got ${Object.keys(tensors).join(', ') || 'none'}; give one for '${cell.name}'`,
  );
}

/**
 * Copies a tensor into a cell.
 *
 * @throws {ShapeError} when the shapes differ.
 */
export function writeCell(cell: Cell, tensor: Tensor | Labels): void {
  const { shape, data } = cell.tensor;
  const axes = shape.length;
  if (tensor.shape.length !== axes) throw mismatch(cell, tensor);
  for (let axis = 0; axis < axes; axis++)
    if (tensor.shape[axis] !== shape[axis]) throw mismatch(cell, tensor);
  data.set(elements(tensor));
}

function mismatch({ name, tensor, where }: Cell, actual: Tensor | Labels): Error {
  const place = `${where} '${name}'`;
  try {
    expectShape(place, ['batch', ...tensor.shape.slice(1)], actual.shape, 'give it that shape');
    return new ShapeError(
      `${place}: expected ${tensor.shape[0]} examples as elsewhere in the minibatch, got ${actual.shape[0]}; give as many`,
    );
  } catch (error) {
    return error as Error;
  }
}
