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
export function writeCell({ tensor, where }: Cell, given: Tensor | Labels): void {
  const { shape, data } = tensor;
  const axes = shape.length;
  let same = given.shape.length === axes;
  for (let axis = 0; same && axis < axes; axis++) same = given.shape[axis] === shape[axis];
  if (!same) {
    expectShape(where, ['batch', ...shape.slice(1)], given.shape, 'give it that shape');
    throw new ShapeError(
      `${where}: expected ${shape[0]} examples as elsewhere in the minibatch, got ${given.shape[0]}; give as many`,
    );
  }
  data.set(elements(given));
}
