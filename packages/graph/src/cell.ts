import { elements, expectShape, type Labels, OptionError, ShapeError, type Tensor } from '@fluxion/tensor';

/** A tensor of a tape that callers fill. */
export interface Cell {
  readonly name: string;
  readonly tensor: Tensor | Labels;
  /** What it is to the caller, for errors: `fprop input 'image'`. */
  readonly where: string;
}

/** What a cell is called, without its tensor. */
export type CellName = Omit<Cell, 'tensor'>;

/** Tensors by name, as callers give them. */
export type Given = Readonly<Record<string, Tensor | Labels>>;

/**
 * The tensor meant for a cell: the one of its name, or the only one given where there is only one cell.
 *
 * @throws {OptionError} when there is none.
 */
export function given(tensors: Given, cell: CellName, cells: readonly CellName[]): Tensor | Labels {
  if (Object.hasOwn(tensors, cell.name)) return tensors[cell.name] as Tensor | Labels;
  const names = Object.keys(tensors);
  if (cells.length === 1 && names.length === 1) return tensors[names[0] as string] as Tensor | Labels;
  throw new OptionError(
    `${cell.where}: expected a tensor for each of ${cells.map(({ name }) => name).join(', ')}, got ${names.join(', ') || 'none'}; give one for '${cell.name}'`,
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

function mismatch({ tensor, where }: Cell, actual: Tensor | Labels): Error {
  try {
    expectShape(where, ['batch', ...tensor.shape.slice(1)], actual.shape, 'give it that shape');
    return new ShapeError(
      `${where}: expected ${tensor.shape[0]} examples as elsewhere in the minibatch, got ${actual.shape[0]}; give as many`,
    );
  } catch (error) {
    return error as Error;
  }
}
