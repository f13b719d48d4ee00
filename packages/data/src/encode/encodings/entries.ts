import type { Floats, Json } from '@fluxion/tensor';
import type { ColumnMemory, ColumnState, EncodingDescription } from './encoding.js';
import { hashWord } from './hashWord.js';

/** The few numbers of a long vector that are not zero. */
export interface Entries {
  readonly slots: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Hashed words as entries of a vector of 2^bits numbers. A word's slot is the low bits of its hash, and its sign the highest
 * bit: where two words meet in a slot, they cancel as often as they add up.
 *
 * @see Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.
 */
export function hashedEntries(weightOf: ReadonlyMap<string, number>, bits: number): Entries {
  const weights = new Map<number, number>();
  for (const [word, weight] of weightOf) {
    const hash = hashWord(word);
    const slot = hash & (2 ** bits - 1);
    weights.set(slot, (weights.get(slot) ?? 0) + (hash >>> 31 === 0 ? weight : -weight));
  }
  return { slots: Int32Array.from(weights.keys()), weights: Float64Array.from(weights.values()) };
}

/** A column of entries, which depend on the cell alone; a gap has none. */
export class EntriesColumn implements ColumnState<Entries | undefined> {
  readonly description: EncodingDescription & { readonly [name: string]: Json };
  readonly width: number;
  readonly memory: ColumnMemory = {};

  constructor(description: EncodingDescription & { readonly [name: string]: Json }, width: number) {
    this.description = description;
    this.width = width;
  }

  see(): void {}

  settle(): void {}

  encode(cell: Entries | undefined, out: Floats, at: number): void {
    out.fill(0, at, at + this.width);
    if (cell === undefined) return;
    const { slots, weights } = cell;
    for (let i = 0; i < slots.length; i++) out[at + (slots[i] as number)] = weights[i] as number;
  }
}
