import type { Floats } from '@fluxion/tensor';
import type { ColumnMemory, ColumnState, Entries } from './encoding.js';

/** Entries of a text, at most, where none was seen. */
const MOST = 64;

/** What becomes of the entries of a column. */
export interface EntriesOptions {
  /** The vector has 2^bits numbers. */
  readonly bits: number;
  /** Entries of a cell that count, at most. By default as many as the longest cell seen has. */
  readonly maxEntries: number | undefined;
  /** The description that restores it. */
  describe(maxEntries: number): ColumnState['description'];
}

/** A column of hashed words: entries of a vector of 2^bits numbers, which depend on the cell alone. A gap has none. */
export class EntriesColumn implements ColumnState<Entries | undefined, number> {
  readonly memory: ColumnMemory;
  readonly #given: EntriesOptions;
  /** Entries of the longest cell seen. */
  readonly #longest: Float64Array;
  #maxEntries: number | undefined;

  constructor(given: EntriesOptions, longest: Float64Array = new Float64Array(1)) {
    this.#given = given;
    this.#maxEntries = given.maxEntries;
    this.#longest = longest;
    this.memory = { longest };
  }

  get description(): ColumnState['description'] {
    return this.#given.describe(this.maxEntries);
  }

  get width(): number {
    return 2 ** this.#given.bits;
  }

  get maxEntries(): number {
    return this.#maxEntries ?? MOST;
  }

  see(cell: Entries | undefined): void {
    this.#longest[0] = Math.max(this.#longest[0] as number, cell?.slots.length ?? 0);
  }

  tally(): number {
    return this.#longest[0] as number;
  }

  merge(longest: number): void {
    this.#longest[0] = Math.max(this.#longest[0] as number, longest);
  }

  settle(): void {
    this.#maxEntries ??= this.#longest[0] === 0 ? MOST : (this.#longest[0] as number);
  }

  entries(cell: Entries | undefined): Entries | undefined {
    return cell;
  }

  encode(cell: Entries | undefined, out: Floats, at: number): void {
    out.fill(0, at, at + this.width);
    const count = Math.min(this.maxEntries, cell?.slots.length ?? 0);
    for (let i = 0; i < count; i++) {
      const place = at + (cell?.slots[i] as number);
      out[place] = (out[place] as number) + (cell?.weights[i] as number);
    }
  }
}
