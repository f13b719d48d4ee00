import { DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType, type Vector } from 'apache-arrow';
import { isString } from '../../sources/arrow/isString.js';
import { stringValues } from '../../sources/arrow/stringValues.js';
import { inPieces } from '../../sources/inPieces.js';
import type { CellReader } from './cellReader.js';
import { numbers } from './numbers.js';

/**
 * Reads cells as words, and prepares each for its encoding: once for every distinct word of a block, so that hashing or
 * splitting a text costs nothing where it comes again. Numbers are written out, as `3` or `0.5`; booleans are `true` and
 * `false`; an empty text is a gap, which is `undefined`.
 *
 * @param prepare what the encoding wants to know of a word; it depends on the word alone
 */
export function wordReader<Prepared>(prepare: (word: string) => Prepared): CellReader<Prepared | undefined> {
  const prepared = (word: string): Prepared | undefined => (word === '' ? undefined : prepare(word));
  return {
    async ofColumn(data, place) {
      if (DataType.isDictionary(data.type)) {
        const known: (Prepared | undefined)[] = [];
        for (const chunk of (data.dictionary as Vector).data) {
          for (const word of await wordsOf(chunk, place))
            known.push(word === null ? undefined : prepared(word));
        }
        return ofCodes(data, known);
      }
      const known = new Map<string, Prepared | undefined>();
      const words = await wordsOf(data, place);
      const out = new Array<Prepared | undefined>(words.length);
      await inPieces(words.length, (from, to) => {
        for (let row = from; row < to; row++) {
          const word = words[row] as string | null;
          if (word === null) {
            out[row] = undefined;
            continue;
          }
          let one = known.get(word);
          if (one === undefined) {
            one = prepared(word);
            known.set(word, one);
          }
          out[row] = one;
        }
      });
      return out;
    },
    ofValue(value, place) {
      if (value === null || value === undefined) return undefined;
      if (typeof value === 'string') return prepared(value);
      if (typeof value === 'boolean' || typeof value === 'bigint') return prepared(String(value));
      if (typeof value === 'number') {
        const number = numbers.ofValue(value, place);
        return Number.isNaN(number) ? undefined : prepared(wordOf(number));
      }
      if (value instanceof Date) return prepared(value.toISOString());
      throw new DataError(`expected a word, got ${typeof value}; give a string, or null for a gap`, place);
    },
    room: (size) => new Array<Prepared | undefined>(size).fill(undefined),
  };
}

/** The known cell of each code; a code beyond them, which Arrow forbids, is a gap as a null is. */
function ofCodes<Cell>(data: Data, known: readonly (Cell | undefined)[]): (Cell | undefined)[] {
  const codes: ArrayLike<number | bigint> = data.values;
  const { length } = data;
  const hasGaps = data.nullCount > 0;
  const out = new Array<Cell | undefined>(length);
  for (let row = 0; row < length; row++) {
    out[row] = hasGaps && !data.getValid(row) ? undefined : known[Number(codes[row])];
  }
  return out;
}

/** A number as a word. Negative zero is zero. */
function wordOf(number: number): string {
  return String(number === 0 ? 0 : number);
}

/** The words of a column, null for a gap. */
async function wordsOf(data: Data, place: DataPlace): Promise<(string | null)[]> {
  const out = new Array<string | null>(data.length).fill(null);
  const { type } = data;
  if (isString(type)) {
    const textAt = await stringValues(data, place);
    await inPieces(out.length, (from, to) => {
      for (let row = from; row < to; row++) if (data.getValid(row)) out[row] = textAt(row);
    });
    return out;
  }
  if (DataType.isInt(type) && type.bitWidth === 64) {
    // Two identifiers beyond 2⁵³ are two words, though they may be one float.
    const values: BigInt64Array = data.values;
    for (let row = 0; row < out.length; row++) if (data.getValid(row)) out[row] = String(values[row]);
    return out;
  }
  const values = await numbers.ofColumn(data, place);
  const isTime = DataType.isTimestamp(type) || DataType.isDate(type);
  for (let row = 0; row < out.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    if (DataType.isBool(type)) out[row] = value === 1 ? 'true' : 'false';
    else out[row] = isTime ? new Date(value).toISOString() : wordOf(value);
  }
  return out;
}
