import { type Data, Dictionary, Int8, makeData, Utf8, vectorFromArray } from 'apache-arrow';

/** A column of plain strings. */
export function utf8(...values: (string | null)[]): Data<Utf8> {
  return vectorFromArray(values, new Utf8()).data[0] as Data<Utf8>;
}

/** A column of codes and the strings that they stand for. */
export function dictionary(codes: number[], words: string[], id = 1): Data<Dictionary<Utf8, Int8>> {
  const type = new Dictionary(new Utf8(), new Int8(), id);
  return makeData({ type, data: Int8Array.from(codes), dictionary: vectorFromArray(words, new Utf8()) });
}
