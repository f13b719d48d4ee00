import { DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType, type Vector } from 'apache-arrow';
import { isString } from '../../sources/arrow/strings/isString.js';
import { stringValues } from '../../sources/arrow/strings/stringValues.js';
import { forEachPiece } from '../../sources/forEachPiece.js';
import type { CellReader } from './cellReader.js';
import { numbers } from './numbers.js';

/** Words of a dictionary that are prepared once for all blocks; of a larger one, those of a block are prepared for that. */
const MOST_KEPT = 2 ** 14;

/**
 * Reads cells as words, and prepares each for its encoding: once for every distinct word of a block, so that splitting a
 * text costs nothing where it comes again. Numbers are written out, as `3` or `0.5`; booleans are `true` and `false`; an
 * empty text is a gap, which is `undefined`.
 *
 * @param prepare what the encoding wants to know of a word; it depends on the word alone
 * @param prepareBytes the same of the word's bytes, without making a string of them; undefined where they are not all ASCII
 */
export function wordReader<Prepared>(
  prepare: (word: string) => Prepared,
  prepareBytes?: (bytes: Uint8Array, start: number, end: number) => Prepared | undefined,
): CellReader<Prepared | undefined> {
  const prepared = (word: string): Prepared | undefined => (word === '' ? undefined : prepare(word));
  const kept = new WeakMap<Data, (Prepared | undefined)[]>();

  /** The cell at each place of a column. */
  const cellsOf = async (data: Data, place: DataPlace): Promise<(row: number) => Prepared | undefined> => {
    const { type } = data;
    if (prepareBytes !== undefined && DataType.isUtf8(type)) {
      const textAt = await stringValues(data, place);
      const { values: bytes, valueOffsets: offsets } = data;
      return (row) => {
        const start = offsets[row] as number;
        const end = offsets[row + 1] as number;
        if (start === end || !data.getValid(row)) return undefined;
        return prepareBytes(bytes, start, end) ?? prepare(textAt(row));
      };
    }
    const words = await wordsOf(data, place);
    const known = new Map<string, Prepared | undefined>();
    return (row) => {
      const word = words(row);
      if (word === null) return undefined;
      let one = known.get(word);
      if (one === undefined) {
        one = prepared(word);
        known.set(word, one);
      }
      return one;
    };
  };

  return {
    async ofColumn(data, place, wanted) {
      const out = new Array<Prepared | undefined>(data.length).fill(undefined);
      if (!DataType.isDictionary(data.type)) {
        const cellAt = await cellsOf(data, place);
        await forEachPiece(out.length, (from, to) => {
          for (let row = from; row < to; row++) if (wanted?.[row] !== 0) out[row] = cellAt(row);
        });
        return out;
      }
      const codes: ArrayLike<number | bigint> = data.values;
      let first = 0;
      for (const chunk of (data.dictionary as Vector).data) {
        const known = kept.get(chunk) ?? [];
        if (chunk.length <= MOST_KEPT) kept.set(chunk, known);
        const cellAt = await cellsOf(chunk, place);
        await forEachPiece(out.length, (from, to) => {
          for (let row = from; row < to; row++) {
            if (wanted?.[row] === 0) continue;
            // A code beyond all words, which Arrow forbids, is a gap as a null is.
            const code = Number(codes[row]) - first;
            if (code < 0 || code >= chunk.length || !data.getValid(row)) continue;
            if (!(code in known)) known[code] = cellAt(code);
            out[row] = known[code];
          }
        });
        first += chunk.length;
      }
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

/** A number as a word. Negative zero is zero. */
function wordOf(number: number): string {
  return String(number === 0 ? 0 : number);
}

/** The word at each place of a column, null for a gap. */
async function wordsOf(data: Data, place: DataPlace): Promise<(row: number) => string | null> {
  const { type } = data;
  if (isString(type)) {
    const textAt = await stringValues(data, place);
    return (row) => (data.getValid(row) ? textAt(row) : null);
  }
  if (DataType.isInt(type) && type.bitWidth === 64) {
    // Two identifiers beyond 2⁵³ are two words, though they may be one float.
    const values: BigInt64Array = data.values;
    return (row) => (data.getValid(row) ? String(values[row]) : null);
  }
  const values = await numbers.ofColumn(data, place);
  const isTime = DataType.isTimestamp(type) || DataType.isDate(type);
  return (row) => {
    const value = values[row] as number;
    if (Number.isNaN(value)) return null;
    if (DataType.isBool(type)) return value === 1 ? 'true' : 'false';
    return isTime ? new Date(value).toISOString() : wordOf(value);
  };
}
