import { DataError, StateError } from '@fluxion/tensor';
import { type Data, type DataType, type Field, Schema, vectorFromArray } from 'apache-arrow';
import { lastAtMost } from '../lastAtMost.js';
import type { OpenSource, Source } from './source.js';

/** Files that are open at one time. */
const MAX_OPEN = 32;

/** One of several files, and which rows of all are its own. */
interface Part {
  readonly source: Source;
  readonly first: number;
  readonly rows: number;
  readonly schema: Schema;
  readonly badRows: number;
}

/**
 * Opens files to be read as one.
 *
 * @throws {DataError} when their columns differ, or one can only be read in rising order.
 */
export async function openFiles(
  sources: readonly Source[],
  signal: AbortSignal | undefined,
): Promise<OpenSource> {
  const open = new OpenParts(signal);
  const parts: Part[] = [];
  try {
    let first = 0;
    for (const source of sources) {
      const opened = await open.get(source);
      if (opened.countRows === undefined) {
        throw new DataError(
          'expected a file that can be read in any order, since there are several, got a stream; write it as a file',
          { file: source.name },
        );
      }
      const rows = await opened.countRows();
      parts.push({ source, first, rows, schema: opened.schema, badRows: opened.badRows ?? 0 });
      first += rows;
    }
    return joined(parts, await commonSchema(parts, open), open);
  } catch (error) {
    await open.close();
    throw error;
  }
}

function joined(parts: readonly Part[], schema: Schema, open: OpenParts): OpenSource {
  const last = parts.at(-1) as Part;
  const rowCount = last.first + last.rows;
  const firsts = parts.map(({ first }) => first);
  /** The part that has a row. One without rows has none. */
  const partOf = (row: number): Part => parts[lastAtMost(firsts, row)] as Part;
  return {
    schema,
    badRows: parts.reduce((sum, part) => sum + part.badRows, 0),
    countRows: async () => rowCount,
    locate: (row) => {
      const { source, first } = partOf(row);
      return open.opened(source)?.locate?.(row - first) ?? { file: source.name, row: row - first };
    },
    read: async (from, count, fields, isWanted) => {
      if (from >= rowCount) return undefined;
      const part = partOf(from);
      const row = from - part.first;
      const names = fields.flatMap((field) => schema.fields[field]?.name ?? []);
      const own = names.map((name) => indexOf(part.schema, name));
      const opened = await open.get(part.source);
      const block = await opened.read(
        row,
        Math.min(count, part.rows - row),
        own,
        isWanted && ((row) => isWanted(part.first + row)),
      );
      if (block === undefined) {
        throw new DataError(
          `expected ${part.rows} rows as before, got ${row}; leave the file as it is while it is read`,
          {
            file: part.source.name,
          },
        );
      }
      const columns = block.columns.map((data, i) =>
        ofType(data, schema.fields[fields[i] as number] as Field),
      );
      return { ...block, columns, isLast: from + block.rows === rowCount };
    },
    close: () => open.close(),
  };
}

/** Sources that are open: those used last. */
class OpenParts {
  readonly #signal: AbortSignal | undefined;
  readonly #open = new Map<Source, OpenSource>();
  #isClosed = false;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  opened(source: Source): OpenSource | undefined {
    return this.#open.get(source);
  }

  async get(source: Source): Promise<OpenSource> {
    const open = this.#open.get(source) ?? (await source.open(this.#signal));
    if (this.#isClosed) {
      await open.close();
      throw new StateError(
        'read: expected files that are open, they have been closed; close them after the last read',
      );
    }
    this.#open.delete(source);
    this.#open.set(source, open);
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size > MAX_OPEN) {
      this.#open.delete(oldest[0]);
      await oldest[1].close();
    }
    return open;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map((source) => source.close()));
  }
}

/**
 * The columns that all parts have, by name. A column of gaps in one part has the type that others have.
 *
 * @throws {DataError} when one has a column that another has not, or of another type.
 */
async function commonSchema(parts: readonly Part[], open: OpenParts): Promise<Schema> {
  const { source, schema } = parts[0] as Part;
  for (const part of parts) {
    for (const [one, other] of [
      [schema, part.schema],
      [part.schema, schema],
    ] as const) {
      const missing = one.fields.find(({ name }) => indexOf(other, name) < 0);
      if (missing !== undefined) {
        throw new DataError(
          `expected the same columns in ${source.name} and ${part.source.name}, got one that ${other === schema ? 'only the second' : 'only the first'} has; add or drop it`,
          { file: part.source.name, column: missing.name },
        );
      }
    }
  }
  const fields: Field[] = [];
  for (const field of schema.fields) {
    let known: { readonly field: Field; readonly part: Part } | undefined;
    for (const part of parts) {
      const index = indexOf(part.schema, field.name);
      const own = part.schema.fields[index] as Field;
      if (known !== undefined && sameType(known.field.type, own.type)) continue;
      const differs = parts.some(
        ({ schema }) => !sameType((schema.fields[indexOf(schema, field.name)] as Field).type, own.type),
      );
      if (differs && (await hasOnlyGaps(await open.get(part.source), index))) continue;
      if (known !== undefined) {
        throw new DataError(
          `expected ${known.field.type} as in ${known.part.source.name}, got ${own.type}; make the files agree, or say what the column holds, as columns: { '${field.name}': 'word' } for csvFile`,
          { file: part.source.name, column: field.name },
        );
      }
      known = { field: own, part };
    }
    fields.push(known?.field ?? field);
  }
  return new Schema(fields, schema.metadata, schema.dictionaries);
}

async function hasOnlyGaps(open: OpenSource, field: number): Promise<boolean> {
  for (let row = 0; ; ) {
    const block = await open.read(row, 65_536, [field]);
    if (block === undefined) return true;
    const [data] = block.columns;
    const isGap = data?.nullCount === block.rows;
    block.release?.();
    if (!isGap) return false;
    row += block.rows;
  }
}

function indexOf(schema: Schema, name: string): number {
  return schema.fields.findIndex((field: Field) => field.name === name);
}

function sameType(a: DataType, b: DataType): boolean {
  return String(a) === String(b);
}

/** A column in the type that others have: if it is of another, it has gaps only. */
function ofType(data: Data, { type }: Field): Data {
  if (sameType(data.type, type)) return data;
  return vectorFromArray(new Array<null>(data.length).fill(null), type).data[0] as Data;
}
