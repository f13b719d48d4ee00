import type { Floats, Json } from '@fluxion/tensor';
import type { ColumnMemory, ColumnState, EncodingDescription, Entries } from './encoding.js';

/** Entries of a text, at most, where none was seen. */
const MOST = 64;

/** A column of hashed words: entries of a vector of 2^bits numbers, which depend on the cell alone. A gap has none. */
export class EntriesColumn implements ColumnState<Entries | undefined, number> {
  readonly memory: ColumnMemory;
  readonly #given: EncodingDescription & { readonly bits: number; readonly most?: number };
  /** Entries of the longest cell seen. */
  readonly #longest: Float64Array;
  #most: number | undefined;

  constructor(
    description: EncodingDescription & { readonly bits: number; readonly most?: number },
    longest: Float64Array = new Float64Array(1),
  ) {
    this.#given = description;
    this.#most = description.most;
    this.#longest = longest;
    this.memory = { longest };
  }

  get description(): EncodingDescription & { readonly [name: string]: Json } {
    const { kind, bits } = this.#given;
    return { kind, bits, most: this.most };
  }

  get width(): number {
    return 2 ** this.#given.bits;
  }

  get most(): number {
    return this.#most ?? MOST;
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
    this.#most ??= this.#longest[0] === 0 ? MOST : (this.#longest[0] as number);
  }

  entries(cell: Entries | undefined): Entries | undefined {
    return cell;
  }

  encode(cell: Entries | undefined, out: Floats, at: number): void {
    out.fill(0, at, at + this.width);
    const count = Math.min(this.most, cell?.slots.length ?? 0);
    for (let i = 0; i < count; i++) {
      const place = at + (cell?.slots[i] as number);
      out[place] = (out[place] as number) + (cell?.weights[i] as number);
    }
  }
}
