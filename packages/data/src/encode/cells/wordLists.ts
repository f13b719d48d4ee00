import { DataError } from '@fluxion/tensor';
import { type Data, DataType } from 'apache-arrow';
import { isString } from '../../sources/arrow/strings/isString.js';
import type { CellReader } from './cellReader.js';
import { wordReader } from './words.js';

/**
 * Reads cells as several words: a text is split at the separator and the words trimmed; lists of strings are taken as they
 * are. A gap is undefined, a cell without words an empty list.
 */
export function wordListReader(separator: string): CellReader<readonly string[] | undefined> {
  const split = (text: string): readonly string[] =>
    text
      .split(separator)
      .map((word) => word.trim())
      .filter((word) => word !== '');
  const texts = wordReader(split);
  const words = wordReader((word) => word);
  return {
    async ofColumn(data, place, wanted) {
      if (!isWordList(data.type)) return texts.ofColumn(data, place, wanted);
      const all = await words.ofColumn(data.children[0] as Data, place);
      const offsets: Int32Array = data.valueOffsets;
      return Array.from({ length: data.length }, (_, row) => {
        if (!data.getValid(row) || wanted?.[row] === 0) return undefined;
        const from = offsets[row] as number;
        return Array.from({ length: (offsets[row + 1] as number) - from }, (_, i) => all[from + i]).filter(
          (word) => word !== undefined,
        );
      });
    },
    ofValue(value, place) {
      if (!Array.isArray(value)) return texts.ofValue(value, place);
      return value.map((word) => {
        if (typeof word === 'string') return word;
        throw new DataError(`expected a list of words, got one of ${typeof word}; give strings`, place);
      });
    },
    room: texts.room,
  };
}

/** Whether a type is one of lists of strings. */
export function isWordList(type: DataType): boolean {
  return DataType.isList(type) && isString(type.valueType);
}
