import { elements, expectShape, type Labels, OptionError, ShapeError, type Tensor } from '@fluxion/tensor';

/** A tensor of a tape that callers fill. */
export interface Cell {
  readonly name: string;
  readonly tensor: Tensor | Labels;
  /** What it is to the caller, for errors: `fprop input 'image'`. */
  readonly where: string;
  /** What to do about a tensor with another number of axes, for errors. */
  readonly otherAxes: string;
}

/** What a cell is called. */
export type CellName = Pick<Cell, 'name' | 'where'>;

/** Tensors by name, as callers give them. */
export type Given = Readonly<Record<string, Tensor | Labels>>;

/**
 * The tensor meant for a cell: the one of its name, or the only one given where there is only one cell.
 *
 * @throws {OptionError} when there is none.
 */
export function given(tensors: Given, cell: CellName, cells: readonly CellName[]): Tensor | Labels {
  if (tensors !== undefined && Object.hasOwn(tensors, cell.name))
    return tensors[cell.name] as Tensor | Labels;
  const names = Object.keys(tensors ?? {});
  if (cells.length === 1 && names.length === 1) return tensors[names[0] as string] as Tensor | Labels;
  throw new OptionError(
    `${cell.where}: expected a tensor for each of ${cells.map(({ name }) => name).join(', ')}, got ${names.join(', ') || 'none'}; give one for '${cell.name}'`,
  );
}

/** Whether it is a tensor of that shape, from an axis on. A caller without types may have given anything. */
export function hasShape(
  given: Tensor | Labels | undefined,
  shape: readonly (number | string)[],
  from = 0,
): boolean {
  if (given?.shape?.length !== shape.length) return false;
  for (let axis = from; axis < shape.length; axis++) if (given.shape[axis] !== shape[axis]) return false;
  return true;
}

/** @throws {OptionError} when what a caller without types has given is no tensor. */
export function expectTensor(given: Tensor | Labels | undefined, where: string): void {
  if (given?.shape !== undefined) return;
  const got = Array.isArray(given) ? 'an array' : typeof given;
  throw new OptionError(`${where}: expected a tensor, got ${got}; make one of it, as tensor(data, shape)`);
}

/**
 * Copies a tensor into a cell.
 *
 * @throws {ShapeError} when the shapes differ; {OptionError} when it is no tensor.
 */
export function writeCell({ tensor, where, otherAxes }: Cell, given: Tensor | Labels): void {
  const { shape, data } = tensor;
  if (!hasShape(given, shape)) {
    expectTensor(given, where);
    const fix = given.shape.length === shape.length ? 'give it that shape' : otherAxes;
    expectShape(where, ['batch', ...shape.slice(1)], given.shape, fix);
    throw new ShapeError(
      `${where}: expected ${shape[0]} examples as elsewhere in the minibatch, got ${given.shape[0]}; give as many`,
    );
  }
  data.set(elements(given));
}
