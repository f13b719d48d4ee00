import { wordReader } from '../cells/words.js';
import { countRule, type EncodingDefinition, type EncodingDescription, type Entries } from './encoding.js';
import { encodingOf } from './encodingOf.js';
import { EntriesColumn } from './entriesColumn.js';
import { hashBytes, hashWord, signOf, slotOf } from './hashWord.js';

/** Options of the words of a text. */
export interface TokensOptions {
  /** The vector has 2^bits numbers: 1 to 20. Default 10. Beyond, only what is not zero reaches the model. */
  readonly bits?: number;
  /** How many different words of a text count; of a longer one, the first. By default as many as the longest one seen has. */
  readonly maxWords?: number;
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
  return encodingOf('tokens', options, 'bits: 12');
}

/** How a text becomes a bag of words. */
export const tokensEncoding: EncodingDefinition<Tokens, Entries | undefined> = {
  options: { bits: countRule(1, 20), maxWords: countRule(1, 2 ** 16) },
  reader: ({ bits = BITS }) =>
    wordReader(
      (text) => entriesOf(wordHashes(text), bits),
      (bytes, start, end) => {
        const hashes = asciiHashes(bytes, start, end);
        return hashes && entriesOf(hashes, bits);
      },
    ),
  start: ({ bits = BITS, maxWords }, memory) =>
    new EntriesColumn(
      { bits, maxEntries: maxWords, describe: (most) => ({ kind: 'tokens', bits, maxWords: most }) },
      memory?.longest,
    ),
};

/** The words of a text, in lower case. */
export function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function wordHashes(text: string): number[] {
  return wordsIn(text).map(hashWord);
}

/** Of each ASCII letter or digit the byte in lower case; 0 for all else. */
const LOWER: Uint8Array = Uint8Array.from({ length: 128 }, (_, byte) => {
  const letter = String.fromCharCode(byte).toLowerCase();
  return /[a-z0-9]/.test(letter) ? letter.charCodeAt(0) : 0;
});

/** The same of a text's bytes, which needs no string where they are ASCII; undefined where they are not. */
function asciiHashes(bytes: Uint8Array, start: number, end: number): number[] | undefined {
  const hashes: number[] = [];
  if (word.length < end - start) word = new Uint8Array(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= 128) return undefined;
    const letter = LOWER[byte] as number;
    if (letter > 0) word[length++] = letter;
    else if (length > 0) {
      hashes.push(hashBytes(word, 0, length));
      length = 0;
    }
  }
  if (length > 0) hashes.push(hashBytes(word, 0, length));
  return hashes;
}

/** The letters of the current word. */
let word = new Uint8Array(1024);

function entriesOf(hashes: readonly number[], bits: number): Entries {
  const counts = new Map<number, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  let squares = 0;
  for (const count of counts.values()) squares += weightOf(count) ** 2;
  const length = Math.sqrt(squares);
  const slots: number[] = [];
  const weights: number[] = [];
  for (const [hash, count] of counts) {
    slots.push(slotOf(hash, bits));
    weights.push((signOf(hash) * weightOf(count)) / length);
  }
  return { slots, weights };
}

function weightOf(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count);
}
