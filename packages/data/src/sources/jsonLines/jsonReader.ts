import type { Data } from 'apache-arrow';
import { RowError } from '../text/rowError.js';
import type { RowReader } from '../text/rowReader.js';
import { type JsonColumn, type JsonKind, joinKinds, jsonColumn, jsonKind, kindName } from './jsonColumn.js';
import { JsonRows } from './jsonRows.js';

/** What is known of the columns of JSON lines once they have been looked at. */
export interface JsonLayout {
  readonly format: 'jsonLines';
  readonly columns: readonly (readonly [name: string, kind: JsonKind])[];
}

/** Reads lines of JSON objects whose columns are known. */
export class JsonReader extends JsonRows implements RowReader {
  readonly #known: JsonLayout['columns'];
  #wanted: readonly { readonly name: string; readonly kind: JsonKind; readonly column: JsonColumn }[] = [];

  constructor({ columns }: JsonLayout) {
    super();
    this.#known = columns;
  }

  begin(fields: readonly number[], rows: number): void {
    this.#wanted = fields.flatMap((field) => {
      const [name, kind] = this.#known[field] ?? [];
      return name === undefined || kind === undefined ? [] : [{ name, kind, column: jsonColumn(kind, rows) }];
    });
  }

  add(bytes: Uint8Array, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const values = this.values(bytes, row);
      for (const { name, kind, column } of this.#wanted) {
        const value = values.get(name) ?? null;
        if (value === null) {
          column.addNull();
          continue;
        }
        const found = kindOf(value, kind, name, row, this.start(row));
        if (found !== kind && found !== 'digits') {
          throw otherKind(kind, value, name, row, this.start(row));
        }
        column.add(value);
      }
    }
  }

  end(): Data[] {
    return this.#wanted.map(({ column }) => column.data());
  }
}

/** What a column holds that has held one kind, and now this value. */
export function kindOf(
  value: unknown,
  known: JsonKind | undefined,
  name: string,
  row: number,
  position: number,
): JsonKind {
  const kind = jsonKind(value);
  const joined = kind === undefined || known === undefined ? kind : joinKinds(known, kind);
  if (joined === undefined) throw otherKind(known, value, name, row, position);
  return joined;
}

/** To be thrown where a column that has held one kind gets a value of another. */
export function otherKind(
  known: JsonKind | undefined,
  value: unknown,
  name: string,
  row: number,
  position: number,
): RowError {
  const expected =
    known === undefined
      ? 'a number, a boolean, a string, null or a list of numbers or strings'
      : `${kindName(known)} as in other rows, or null`;
  return new RowError(
    `expected ${expected}, got ${kindName(jsonKind(value))}; correct it, or drop the column`,
    position,
    row,
    name,
  );
}
