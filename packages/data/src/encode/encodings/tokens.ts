import { wordReader } from '../cells/words.js';
import { countRule, type EncodingDefinition, type EncodingDescription, type Entries } from './encoding.js';
import { EntriesColumn } from './entriesColumn.js';
import { hashWord, placeOf } from './hashWord.js';

/** Options of the words of a text. */
export interface TokensOptions {
  /** The vector has 2^bits numbers: 1 to 20. Default 10. Beyond, only what is not zero reaches the model. */
  readonly bits?: number;
  /** How many different words of a text count; of a longer one, the first. By default as many as the longest one seen has. */
  readonly most?: number;
}

/** Description of the words of a text. */
export interface Tokens extends EncodingDescription, TokensOptions {
  readonly kind: 'tokens';
}

const BITS = 10;

/**
 * A text as a bag of words: a vector of 2^bits numbers, in the place of each word's hash 1 + log(how often it comes), with
 * the hash's sign, and all divided by their length √Σw². Words are runs of letters and digits of any script, in lower case. A
 * gap is 0 throughout.
 *
 * @see Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009; Manning, Raghavan, Schütze,
 *   "Introduction to information retrieval", section 6.4.1 (sublinear scaling).
 * @example
 * await fitEncoder(source, { target: 'spam', columns: { subject: tokens({ bits: 12 }) } });
 */
export function tokens(options: TokensOptions = {}): Tokens {
  return { kind: 'tokens', ...options };
}

/** How a text becomes a bag of words. */
export const tokensEncoding: EncodingDefinition<Tokens, Entries | undefined> = {
  options: { bits: countRule(1, 20), most: countRule(1, 2 ** 16) },
  reader: ({ bits = BITS }) => wordReader((text) => bagOfWords(text, bits)),
  start: (description, memory) => new EntriesColumn({ bits: BITS, ...description }, memory?.longest),
};

/** The words of a text, in lower case. */
export function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function bagOfWords(text: string, bits: number): Entries {
  const counts = new Map<number, number>();
  for (const word of wordsIn(text)) {
    const hash = hashWord(word);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  let squares = 0;
  for (const count of counts.values()) squares += (1 + Math.log(count)) ** 2;
  const length = Math.sqrt(squares);
  const slots: number[] = [];
  const weights: number[] = [];
  for (const [hash, count] of counts) {
    const { slot, sign } = placeOf(hash, bits);
    slots.push(slot);
    weights.push((sign * (1 + Math.log(count))) / length);
  }
  return { slots, weights };
}
