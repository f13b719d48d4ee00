import { Field, Schema } from 'apache-arrow';
import type { TextKind } from '../text/columnBuilders.js';
import { MAX_COLUMNS, tooManyColumns } from '../text/columnNames.js';
import { textStart } from '../text/encoding.js';
import { RowError } from '../text/rowError.js';
import type { TextFormat, TextScan } from '../text/textFormat.js';
import { type JsonKind, jsonType } from './jsonColumn.js';
import { kindOf, otherKind } from './jsonReader.js';
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
                // Whoever says that they are numbers takes them rounded.
                if (given.has(name) && kind === 'digits') continue;
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
            layout: { format: 'jsonLines', columns: [...columns] },
          };
        },
      };
    },
  };
}
