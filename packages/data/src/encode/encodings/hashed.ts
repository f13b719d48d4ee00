import { wordReader } from '../cells/words.js';
import { countRule, type EncodingDefinition, type EncodingDescription, type Entries } from './encoding.js';
import { encodingOf } from './encodingOf.js';
import { EntriesColumn } from './entriesColumn.js';
import { hashWord, signOf, slotOf } from './hashWord.js';

/** Options of hashed words. */
export interface HashedOptions {
  /** The vector has 2^bits numbers: 1 to 20. Default 8. Beyond 10, only what is not zero reaches the model. */
  readonly bits?: number;
}

/** Description of hashed words. */
export interface Hashed extends EncodingDescription, HashedOptions {
  readonly kind: 'hashed';
}

const BITS = 8;

/**
 * Words of which there are many, as product numbers: a vector of 2^bits zeros, but for a 1 or −1 in the place that a hash of
 * the word names. Nothing is fitted, and words never seen are told apart as well as others; two may share a place. A gap is 0
 * throughout.
 *
 * @param options the bits, alone or by name
 * @throws {OptionError} when it is neither.
 * @see Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009.
 * @example
 * await fitEncoder(source, { target: 'returned', columns: { product: hashed(18) } });
 */
export function hashed(options: HashedOptions | number = {}): Hashed {
  return encodingOf('hashed', typeof options === 'number' ? { bits: options } : options, 'bits: 10');
}

/** How words are hashed. */
export const hashedEncoding: EncodingDefinition<Hashed, Entries | undefined> = {
  options: { bits: countRule(1, 20) },
  reader: ({ bits = BITS }) =>
    wordReader((word) => {
      const hash = hashWord(word);
      return { slots: [slotOf(hash, bits)], weights: [signOf(hash)] };
    }),
  start: ({ bits = BITS }, memory) =>
    new EntriesColumn({ bits, maxEntries: 1, describe: () => ({ kind: 'hashed', bits }) }, memory?.longest),
};
