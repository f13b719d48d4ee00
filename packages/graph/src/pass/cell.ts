import {
  elements,
  expectShape,
  isContiguous,
  type Labels,
  OptionError,
  ShapeError,
  type Tensor,
} from '@fluxion/tensor';

/** What a cell is called. */
export interface CellName {
  readonly name: string;
  /** What it is to the caller, for errors: `fprop input 'image'`. */
  readonly where: string;
}

/** Tensors by name, as callers give them. */
export type Given = Readonly<Record<string, Tensor | Labels>>;

/**
 * The tensor meant for a cell: the one of its name, or the only one given where there is only one cell.
 *
 * @throws {OptionError} when there is none.
 */
export function given(tensors: Given, cell: CellName, cells: readonly CellName[]): Tensor | Labels {
  return tensors[keyOf(tensors, cell, cells)] as Tensor | Labels;
}

function keyOf(tensors: Given, cell: CellName, cells: readonly CellName[]): string {
  if (tensors !== undefined && Object.hasOwn(tensors, cell.name)) return cell.name;
  const names = Object.keys(tensors ?? {});
  if (cells.length === 1 && names.length === 1) return names[0] as string;
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

/** The numbers of a tensor in row-major order. */
export type Elements = ArrayLike<number>;

/** Up to so many elements a loop copies faster than the engine's own routine. */
const FEW = 32;

/** How a cell is told apart. */
export interface CellOptions extends CellName {
  readonly tensor: Tensor | Labels;
  /** What to do about a tensor with another number of axes, for errors. */
  readonly otherAxes?: string;
  /** Whether one number for each example does too, [batch] for [batch, 1]. */
  readonly takesFlat?: boolean;
  /** Refuses what it was filled with, row-major, with an error. */
  readonly expect?: ((values: Elements) => void) | undefined;
}

/** A tensor of a pass that callers fill. */
export class Cell implements CellName {
  readonly name: string;
  readonly where: string;
  readonly tensor: Tensor | Labels;
  readonly #otherAxes: string;
  readonly #takesFlat: boolean;
  readonly #expect: ((values: Elements) => void) | undefined;
  // What it was filled with last: a source lends the same tensors over and over, and they need no second look.
  #tensors: Given | undefined;
  #key = '';
  #given: Tensor | Labels | undefined;
  #elements: Elements = [];

  constructor({
    name,
    where,
    tensor,
    otherAxes = 'give it that shape',
    takesFlat = false,
    expect,
  }: CellOptions) {
    this.name = name;
    this.where = where;
    this.tensor = tensor;
    this.#otherAxes = otherAxes;
    this.#takesFlat = takesFlat;
    this.#expect = expect;
  }

  /**
   * Copies the tensor that is meant for it.
   *
   * @param cells all that the tensors are for
   * @returns the elements, as they were given
   * @throws {ShapeError} when the shapes differ; {OptionError} when there is none, or it is not a tensor; what `expect` throws.
   */
  fill(tensors: Given, cells: readonly CellName[]): Elements {
    const isKnown =
      this.#given !== undefined && tensors === this.#tensors && tensors[this.#key] === this.#given;
    if (!isKnown) this.#lookAt(tensors, cells);
    const { data } = this.tensor;
    const values = this.#elements;
    if (values.length > FEW) data.set(values);
    else for (let i = 0; i < values.length; i++) data[i] = values[i] as number;
    this.#expect?.(data instanceof Int32Array ? values : data);
    return values;
  }

  #lookAt(tensors: Given, cells: readonly CellName[]): void {
    this.#given = undefined;
    const key = keyOf(tensors, this, cells);
    const tensor = tensors[key] as Tensor | Labels;
    const { shape } = this.tensor;
    const fits = hasShape(tensor, shape) || (this.#takesFlat && hasShape(tensor, shape.slice(0, 1)));
    if (!fits) {
      expectTensor(tensor, this.where);
      const fix = tensor.shape.length === shape.length ? 'give it that shape' : this.#otherAxes;
      expectShape(this.where, ['batch', ...shape.slice(1)], tensor.shape, fix);
      throw new ShapeError(
        `${this.where}: expected ${shape[0]} examples as elsewhere in the minibatch, got ${tensor.shape[0]}; give as many`,
      );
    }
    this.#elements = elements(tensor);
    this.#tensors = tensors;
    this.#key = key;
    // The elements of others are a copy.
    if (isContiguous(tensor)) this.#given = tensor;
  }
}
