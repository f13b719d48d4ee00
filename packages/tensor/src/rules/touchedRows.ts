import type { Labels, Tensor } from '../tensor.js';

/** For each parameter, a place for each of its rows: 0 between updates, so all that update it can share them. */
const slots = new WeakMap<Tensor['data'], Int32Array>();

/** Which rows of a parameter a gradient in rows touches, each once. */
export class TouchedRows {
  /** Numbers in a row of the parameter. */
  readonly width: number;
  /** How many rows were found. */
  count = 0;
  /** These rows, in the order in which they come first. */
  readonly rows: Int32Array;
  /** For each index of the gradient, the place of its row among them; −1 for an index that counts nothing. */
  readonly places: Int32Array;
  readonly #indices: Labels;
  readonly #slots: Int32Array;

  /** @param places room for one number an index, as memory that kernels see */
  constructor(indices: Labels, value: Tensor, places: Int32Array = new Int32Array(indices.size)) {
    const rows = value.shape[0] ?? 0;
    this.width = rows === 0 ? 0 : value.size / rows;
    this.rows = new Int32Array(indices.size);
    this.places = places;
    this.#indices = indices;
    this.#slots = slots.get(value.data) ?? new Int32Array(rows);
    slots.set(value.data, this.#slots);
  }

  /** Finds them for what the indices hold now. */
  find(): void {
    this.count = 0;
    for (let i = 0; i < this.places.length; i++) {
      const row = this.#indices.get(i);
      if (row >= 0 && this.#slots[row] === 0) {
        this.rows[this.count++] = row;
        this.#slots[row] = this.count;
      }
      this.places[i] = row < 0 ? -1 : (this.#slots[row] as number) - 1;
    }
    for (let k = 0; k < this.count; k++) this.#slots[this.rows[k] as number] = 0;
  }
}
