import { closest, DataError, type DataPlace } from '@fluxion/tensor';
import { type Data, DataType, type Vector } from 'apache-arrow';
import { eachString } from '../../sources/arrow/strings/eachString.js';
import { stringValues } from '../../sources/arrow/strings/stringValues.js';
import { forEachPiece } from '../../sources/forEachPiece.js';
import { refuseNulls } from './columnNumbers.js';

/**
 * Turns names of classes into labels: the index of each in `names`. Dictionaries are read by name, since files, and
 * blocks of a stream, may list the same names in another order.
 */
export class NamedLabels {
  readonly #names: readonly string[];
  readonly #labels: ReadonlyMap<string, number>;
  /** Labels of the dictionary met last: blocks of a file share one. */
  #dictionary: { readonly vector: Vector; readonly labels: Int32Array } | undefined;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#labels = new Map(names.map((name, label) => [name, label]));
  }

  /** @throws {DataError} with row and value, for a null or a name that is none of a class. */
  async of(data: Data, place: DataPlace): Promise<Int32Array> {
    await refuseNulls(data, 1, place);
    return DataType.isDictionary(data.type) ? this.#ofCodes(data, place) : this.#ofStrings(data, place);
  }

  async #ofStrings(data: Data, place: DataPlace): Promise<Int32Array> {
    const nameAt = await stringValues(data, place);
    const out = new Int32Array(data.length);
    await forEachPiece(out.length, (from, to) => {
      for (let row = from; row < to; row++) {
        const name = nameAt(row);
        out[row] = this.#labels.get(name) ?? this.#unknown(name, { ...place, row });
      }
    });
    return out;
  }

  async #ofCodes(data: Data, place: DataPlace): Promise<Int32Array> {
    const dictionary = data.dictionary as Vector;
    if (this.#dictionary?.vector !== dictionary) {
      const labels: number[] = [];
      await eachString(dictionary.data, place, (name) => {
        labels.push((name === null ? undefined : this.#labels.get(name)) ?? -1);
      });
      this.#dictionary = { vector: dictionary, labels: Int32Array.from(labels) };
    }
    const { labels } = this.#dictionary;
    // Codes may be 64 bits wide.
    const codes = data.values as ArrayLike<number | bigint>;
    const out = new Int32Array(data.length);
    await forEachPiece(out.length, (from, to) => {
      for (let row = from; row < to; row++) {
        const code = Number(codes[row]);
        const label = labels[code];
        if (label === undefined) this.#unknown(undefined, { ...place, row });
        if (label < 0) this.#unknown(dictionary.get(code), { ...place, row });
        out[row] = label;
      }
    });
    return out;
  }

  #unknown(name: string | null | undefined, place: DataPlace): never {
    if (name === undefined) {
      throw new DataError(
        'expected a value of the dictionary, got a code beyond it; write the data again',
        place,
      );
    }
    const known =
      this.#names.length > 10
        ? `one of ${this.#names.length} label names`
        : `one of ${this.#names.join(', ')}`;
    const near = name === null ? undefined : closest(name, this.#names);
    const fix =
      near === undefined ? 'remove the row, or add it to the label names' : `did you mean '${near}'?`;
    throw new DataError(`expected ${known}, got ${name === null ? 'null' : `'${name}'`}; ${fix}`, place);
  }
}
