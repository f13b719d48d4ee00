import { type Arena, elements, type Floats } from '@fluxion/tensor';

/** Vectors are loaded fastest from multiples of so many numbers. */
const ALIGNMENT = 16;

/** Memory of a model for one use at a time: each overwrites what the one before has left. */
export class SpareMemory {
  readonly #arena: Arena;
  #floats: Floats;
  #indices: Int32Array = new Int32Array(0);

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#floats = elements(arena.tensor([0]));
  }

  /** Pieces of so many numbers, one after another, all in one: `whole` has them and the gaps between. */
  floats(sizes: readonly number[]): { readonly whole: Floats; readonly pieces: readonly Floats[] } {
    const starts = [0];
    for (const size of sizes) {
      starts.push((starts.at(-1) as number) + Math.ceil(size / ALIGNMENT) * ALIGNMENT);
    }
    const needed = starts.at(-1) as number;
    if (this.#floats.length < needed) this.#floats = elements(this.#arena.tensor([needed]));
    const pieces = sizes.map((size, i) => {
      const start = starts[i] as number;
      return this.#floats.subarray(start, start + size);
    });
    return { whole: this.#floats.subarray(0, needed), pieces };
  }

  /** Pieces of so many indices. */
  indices(sizes: readonly number[]): readonly Int32Array[] {
    const needed = sizes.reduce((sum, size) => sum + size, 0);
    if (this.#indices.length < needed) this.#indices = elements(this.#arena.labels(needed));
    let from = 0;
    return sizes.map((size) => {
      const piece = this.#indices.subarray(from, from + size);
      from += size;
      return piece;
    });
  }
}
