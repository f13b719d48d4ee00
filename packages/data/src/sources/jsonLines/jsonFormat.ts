import { type Data, Field, Schema } from 'apache-arrow';
import type { TextKind } from '../text/columnBuilders.js';
import { MAX_COLUMNS, tooManyColumns } from '../text/columnNames.js';
import { textStart } from '../text/encoding.js';
import { RowError } from '../text/rowError.js';
import type { RowReader, TextFormat, TextScan } from '../text/textFormat.js';
import {
  type JsonColumn,
  type JsonKind,
  joinKinds,
  jsonColumn,
  jsonKind,
  jsonType,
  kindName,
} from './jsonColumn.js';
import { JsonRows } from './jsonRows.js';

/** Lines of JSON objects. @param given what some of the columns hold, where that is known */
export function jsonFormat(given: ReadonlyMap<string, TextKind>): TextFormat {
  return {
    begin: (head, isWhole): TextScan | undefined => {
      if (!isWhole && head.length < 3) return undefined;
      const start = textStart(head);
      if (isWhole && head.length === start) {
        throw new RowError('expected rows, got an empty file; check that it was written', 0, 0);
      }
      const finder = new JsonRows();
      /** What each column holds; undefined where only gaps have been seen. */
      const kinds = new Map<string, JsonKind | undefined>(given);
      return {
        start,
        lines: 0,
        finder,
        take: (bytes, rows) => {
          for (let row = 0; row < rows; row++) {
            const found: [name: string, kind: JsonKind | undefined][] = [];
            for (const [name, value] of finder.values(bytes, row)) {
              if (value === null) {
                if (!kinds.has(name)) found.push([name, undefined]);
                continue;
              }
              const kind = kindOf(value, kinds.get(name), name, row, finder.start(row));
              if (kind !== kinds.get(name)) {
                if (given.has(name)) throw otherKind(kinds.get(name), value, name, row, finder.start(row));
                found.push([name, kind]);
              }
            }
            if (kinds.size + found.length > MAX_COLUMNS) {
              const others = found.filter(([name]) => !kinds.has(name));
              if (kinds.size + others.length > MAX_COLUMNS) throw tooManyColumns(finder.start(row), row);
            }
            for (const [name, kind] of found) kinds.set(name, kind);
          }
        },
        table: () => {
          // A column of gaps is one of numbers.
          const columns = new Map([...kinds].map(([name, kind]) => [name, kind ?? 'number'] as const));
          return {
            schema: new Schema([...columns].map(([name, kind]) => new Field(name, jsonType(kind), true))),
            reader: () => new JsonReader([...columns]),
          };
        },
      };
    },
  };
}

/** Reads lines of JSON objects whose columns are known. */
class JsonReader extends JsonRows implements RowReader {
  readonly #known: readonly (readonly [name: string, kind: JsonKind])[];
  #wanted: readonly { readonly name: string; readonly kind: JsonKind; readonly column: JsonColumn }[] = [];

  constructor(columns: readonly (readonly [name: string, kind: JsonKind])[]) {
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
        if (kindOf(value, kind, name, row, this.start(row)) !== kind) {
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
function kindOf(
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

function otherKind(
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
